import { op_crypto_random_bytes, op_crypto_random_uuid } from "../ops.js";
import { is_view, typed_array_buffer, typed_array_byte_length, typed_array_byte_offset, typed_array_name } from "../intrinsics.js";
import { load } from "../webidl/lazy.js";
import { not_implemented } from "../webidl/not_implemented.js";

const INTEGER_ARRAYS = [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array",
];

/** https://w3c.github.io/webcrypto/#crypto-interface */
export class Crypto {
  static {
    this.prototype.subtle = not_implemented("keys and digests are not written yet");
  }

  /** https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues */
  getRandomValues(array) {
    // 1. The array must be of an integer type.
    if (!is_view(array) || !INTEGER_ARRAYS.includes(typed_array_name(array))) {
      throw new DOMException("the array is not one of integers", "TypeMismatchError");
    }
    // 2. The quota is 65536 bytes.
    const byte_length = typed_array_byte_length(array);
    if (byte_length > 65536) {
      const { quota_exceeded_error } = load("webidl/QuotaExceededError.js");
      throw quota_exceeded_error(`${byte_length} bytes are more than 65536`, { quota: 65536, requested: byte_length });
    }
    // 3. Overwrite the array with random bytes.
    const bytes = new Uint8Array(op_crypto_random_bytes(byte_length));
    new Uint8Array(typed_array_buffer(array), typed_array_byte_offset(array), byte_length).set(bytes);
    // 4. The array.
    return array;
  }

  /** https://w3c.github.io/webcrypto/#Crypto-method-randomUUID */
  randomUUID() {
    return op_crypto_random_uuid();
  }
}

let crypto = null;

/** Ours: the one of this realm. */
export function crypto_of_this_realm() {
  crypto ??= new Crypto();
  return crypto;
}
