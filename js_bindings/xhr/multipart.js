// multipart/form-data, both ways. Specifications: https://html.spec.whatwg.org/ and https://fetch.spec.whatwg.org/ (2024-11), RFC 7578

import { utf8_decode_without_bom, utf8_encode } from "../infra/utf8.js";
import { File } from "../file/File.js";
import { length_of_chunks } from "../file/blob_parts.js";
import { op_encoding_isomorphic_decode } from "../ops.js";

const BOUNDARY_PREFIX = "----AfterpageFormBoundary";
const BOUNDARY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** https://html.spec.whatwg.org/#multipart/form-data-boundary-string */
export function multipart_form_data_boundary_string() {
  let boundary = BOUNDARY_PREFIX;
  for (let count = 0; count < 16; count++) boundary += BOUNDARY_ALPHABET[Math.floor(Math.random() * BOUNDARY_ALPHABET.length)];
  return boundary;
}

/**
 * https://html.spec.whatwg.org/#multipart-form-data
 * `entries` are `[name, value]` pairs, the value a string or a File; the encoding is UTF-8.
 * Gives `{ boundary, chunks, length }`: chunks that must not be written to (a file's are shared with it), and how many bytes they are.
 */
export function encode_multipart_form_data(entries, boundary = multipart_form_data_boundary_string()) {
  const chunks = [];
  let text = "";
  for (const [name, value] of entries) {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escape_name(normalize_newlines(name))}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${normalize_newlines(value)}\r\n`;
    } else {
      text += `; filename="${escape_name(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`;
      chunks.push(utf8_encode(text), ...value.chunks);
      text = "\r\n";
    }
  }
  chunks.push(utf8_encode(`${text}--${boundary}--\r\n`));
  return { boundary, chunks, length: length_of_chunks(chunks) };
}

/** Ours: the two replacements that the encoding algorithm asks of names and of values that are not files. */
export function normalize_newlines(string) {
  return /[\r\n]/.test(string) ? string.replace(/\r\n|\r|\n/g, "\r\n") : string;
}

/** https://html.spec.whatwg.org/#multipart-form-data (escaping of names and file names) */
function escape_name(name) {
  return name.replace(/[\r\n"]/g, (found) => found === "\n" ? "%0A" : found === "\r" ? "%0D" : "%22");
}

/**
 * https://fetch.spec.whatwg.org/#multipart-form-data-parser
 * `bytes` is a Uint8Array that nobody writes to any more (files share it), `boundary` the MIME type's parameter.
 * Gives an entry list, or null for failure.
 */
export function parse_multipart_form_data(bytes, boundary) {
  // NB: searching is done on the bytes as a string of the same length, in which the engine searches natively.
  const text = op_encoding_isomorphic_decode(bytes);
  const delimiter = "--" + utf8_as_binary(boundary);
  const entries = [];
  // 1. The body begins with the delimiter; what stands before the first one is a preamble nobody reads.
  let position = text.startsWith(delimiter) ? 0 : text.indexOf("\r\n" + delimiter);
  if (position < 0) return null;
  if (text[position] === "\r") position += 2;
  // 2. For each part:
  for (;;) {
    // 2.1. Behind the delimiter: two hyphens end the body, else there is (after padding) a line break.
    position += delimiter.length;
    if (text.startsWith("--", position)) return entries;
    position = skip_padding(text, position);
    if (!text.startsWith("\r\n", position)) return null;
    position += 2;
    // 2.2. Parse the headers, to the empty line.
    const headers = parse_multipart_headers(text, bytes, position);
    if (headers === null) return null;
    position = headers.end;
    // 2.3. The contents, to the line break before the next delimiter.
    const end = text.startsWith(delimiter, position) ? position : text.indexOf("\r\n" + delimiter, position);
    if (end < 0) return null;
    // 2.4. A part with a file name is a file, any other is text.
    const contents = bytes.subarray(position, end);
    if (headers.filename !== null) {
      entries.push([headers.name, new File(contents.length > 0 ? [contents] : [], headers.content_type ?? "text/plain", headers.filename)]);
    } else {
      entries.push([headers.name, utf8_decode_without_bom(contents)]);
    }
    position = text[end] === "\r" ? end + 2 : end;
  }
}

/** Ours: the headers of the part at `position`: `{ name, filename, content_type, end }`, or null where they cannot be understood. */
function parse_multipart_headers(text, bytes, position) {
  const headers = { name: null, filename: null, content_type: null, end: 0 };
  while (!text.startsWith("\r\n", position)) {
    const line_end = text.indexOf("\r\n", position);
    if (line_end < 0) return null;
    const colon = text.indexOf(":", position);
    if (colon < 0 || colon > line_end) return null;
    const header_name = text.slice(position, colon).trim().toLowerCase();
    if (header_name === "content-disposition") {
      const disposition = parse_content_disposition(text.slice(colon + 1, line_end));
      if (disposition === null) return null;
      Object.assign(headers, disposition);
    } else if (header_name === "content-type") {
      headers.content_type = text.slice(colon + 1, line_end).trim();
    }
    position = line_end + 2;
  }
  if (headers.name === null) return null;
  headers.end = position + 2;
  return headers;
}

/** Ours: `form-data; name="…"; filename="…"` → `{ name, filename }`, null for anything else. Other parameters (filename*) are passed over. */
function parse_content_disposition(value) {
  const found = { name: null, filename: null };
  const type = /^[ \t]*form-data[ \t]*(?=;|$)/i.exec(value);
  if (type === null) return null;
  const parameter = /[ \t]*;[ \t]*([^=;"\s]+)[ \t]*=[ \t]*(?:"([^"]*)"|([^;"\s]*))[ \t]*/y;
  parameter.lastIndex = type[0].length;
  while (parameter.lastIndex < value.length) {
    const match = parameter.exec(value);
    if (match === null) return null;
    const name = match[1].toLowerCase();
    if (name === "name" || name === "filename") found[name] = unescape_name(match[2] ?? match[3]);
  }
  return found.name === null ? null : found;
}

/** https://fetch.spec.whatwg.org/#parse-a-multipart-form-data-name: the three escapes back, then UTF-8. */
function unescape_name(binary) {
  const plain = binary.replace(/%0a/gi, "\n").replace(/%0d/gi, "\r").replaceAll("%22", '"');
  return utf8_decode_without_bom(Uint8Array.from(plain, (unit) => unit.charCodeAt(0)));
}

function skip_padding(text, position) {
  while (text[position] === " " || text[position] === "\t") position++;
  return position;
}

function utf8_as_binary(string) {
  return /^[\x00-\x7f]*$/.test(string) ? string : op_encoding_isomorphic_decode(utf8_encode(string));
}
