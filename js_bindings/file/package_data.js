import { get_an_encoding } from "../encoding/encodings.js";
import { op_encoding_base64_encode, op_encoding_decode_with_bom, op_encoding_isomorphic_decode, op_file_mime_type_charset } from "../ops.js";
import { join_chunks, joined_for_reading } from "./blob_parts.js";

/**
 * https://w3c.github.io/FileAPI/#blob-package-data
 * `type` is one of "DataURL", "Text", "ArrayBuffer" and "BinaryString"; the bytes come as a list of chunks.
 */
export function package_data(chunks, type, mime_type, encoding_name) {
  switch (type) {
    case "DataURL":
      // NB: like other browsers, we name the generic type where there is none.
      return `data:${mime_type || "application/octet-stream"};base64,${op_encoding_base64_encode(joined_for_reading(chunks))}`;
    case "Text": {
      // 1–2. The encoding that was asked for,
      let encoding = encoding_name === undefined ? null : get_an_encoding(encoding_name);
      // 3. or the charset of the type,
      if (encoding === null) {
        const charset = mime_type.includes(";") ? op_file_mime_type_charset(mime_type) : null;
        if (charset !== null) encoding = get_an_encoding(charset);
      }
      // 4. or UTF-8.
      encoding ??= "utf-8";
      // 5. Decode; a byte order mark is stronger than all of them.
      return op_encoding_decode_with_bom(encoding, joined_for_reading(chunks));
    }
    case "ArrayBuffer":
      return join_chunks(chunks).buffer;
    case "BinaryString":
      return op_encoding_isomorphic_decode(joined_for_reading(chunks));
  }
}
