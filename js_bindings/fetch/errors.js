/**
 * Ours: an error as far as Python and other agents can be told of it: the name and message of a DOMException, else null.
 * FIXME: https://fetch.spec.whatwg.org/#deserialize-a-serialized-abort-reason lets every serializable value through.
 */
export function error_to_record(error) {
  return error instanceof DOMException ? { name: error.name, message: error.message } : null;
}
