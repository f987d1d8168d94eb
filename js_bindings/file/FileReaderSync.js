import { package_data } from "./package_data.js";

/**
 * https://w3c.github.io/FileAPI/#dfn-FileReaderSync
 * NB: a blob's bytes are at hand, so nothing has to be waited for.
 */
export class FileReaderSync {
  /** https://w3c.github.io/FileAPI/#dfn-readAsArrayBufferSync */
  readAsArrayBuffer(blob) {
    return package_data(blob.chunks, "ArrayBuffer", blob.type);
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsBinaryStringSync */
  readAsBinaryString(blob) {
    return package_data(blob.chunks, "BinaryString", blob.type);
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsTextSync */
  readAsText(blob, encoding) {
    return package_data(blob.chunks, "Text", blob.type, encoding);
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsDataURLSync */
  readAsDataURL(blob) {
    return package_data(blob.chunks, "DataURL", blob.type);
  }
}
