import { Blob, normalize_type } from "./Blob.js";
import { process_blob_parts } from "./blob_parts.js";

/** https://w3c.github.io/FileAPI/#dfn-file */
export class File extends Blob {
  name = "";            // https://w3c.github.io/FileAPI/#dfn-name
  lastModified = 0;     // milliseconds since the Unix epoch: https://w3c.github.io/FileAPI/#dfn-lastModified

  /** Internal creation: `new File(chunks, type, name, last_modified)`. */
  constructor(chunks = [], type = "", name = "", last_modified = Date.now()) {
    super(chunks, type);
    this.name = name;
    this.lastModified = last_modified;
  }

  /** https://w3c.github.io/FileAPI/#file-constructor */
  static constructor_steps(file_bits, file_name, options) {
    // 1. Process the file bits.
    const chunks = process_blob_parts(file_bits, options);
    // 2–4. The type, the name and the time of the last modification, which is now if none is given.
    return new File(chunks, normalize_type(options.type), file_name, options.lastModified ?? Date.now());
  }

  /** https://w3c.github.io/FileAPI/#file-section (serialization steps) */
  static serialization_steps(value, serialized) {
    // 1–2. Serialize the blob.
    Blob.serialization_steps(value, serialized);
    // 3–4. Serialize the name and the last modification.
    serialized.name = value.name;
    serialized.last_modified = value.lastModified;
  }

  /** https://w3c.github.io/FileAPI/#file-section (deserialization steps) */
  static deserialization_steps(serialized, value) {
    // 1–2. Deserialize the blob.
    Blob.deserialization_steps(serialized, value);
    // 3–4. Take over the name and the last modification.
    value.name = serialized.name;
    value.lastModified = serialized.last_modified;
  }
}
