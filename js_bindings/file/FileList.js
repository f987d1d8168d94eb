import { implementation_of, platform_object_of } from "../webidl/platform_objects.js";

/** https://w3c.github.io/FileAPI/#filelist-section */
export class FileList {
  files = [];     // File implementation objects

  /** Internal creation: `new FileList(files)`. */
  constructor(files = []) {
    this.files = files;
  }

  /** https://w3c.github.io/FileAPI/#dfn-length */
  get length() {
    return this.files.length;
  }

  /** https://w3c.github.io/FileAPI/#dfn-item */
  item(index) {
    return this.files[index] ?? null;
  }

  get_indexed(index) {
    return this.item(index);
  }

  /** https://w3c.github.io/FileAPI/#filelist-section (serialization steps) */
  static serialization_steps(value, serialized, { sub_serialize }) {
    // 1–2. Sub-serialize each file.
    serialized.files = value.files.map((file) => sub_serialize(platform_object_of(file)));
  }

  /** https://w3c.github.io/FileAPI/#filelist-section (deserialization steps) */
  static deserialization_steps(serialized, value) {
    // 1. Take over the files.
    value.files = serialized.files.map(implementation_of);
  }
}
