import { EventTarget, fire_an_event } from "../dom/EventTarget.js";
import { queue_a_global_task } from "../realm/tasks.js";
import { ProgressEvent } from "../dom/ProgressEvent.js";
import { package_data } from "./package_data.js";

const READY_STATES = { empty: 0, loading: 1, done: 2 };
const TASK_SOURCE = "file reading task source";

/** https://w3c.github.io/FileAPI/#dfn-filereader */
export class FileReader extends EventTarget {
  state = "empty";      // https://w3c.github.io/FileAPI/#filereader-state
  result = null;        // https://w3c.github.io/FileAPI/#filereader-result
  error = null;         // https://w3c.github.io/FileAPI/#filereader-error
  current_read = null;  // the read whose tasks may run; those of any other have been removed from the task queue

  /** https://w3c.github.io/FileAPI/#dom-filereader-readystate */
  get readyState() {
    return READY_STATES[this.state];
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsArrayBuffer */
  readAsArrayBuffer(blob) {
    read_operation(this, blob, "ArrayBuffer");
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsBinaryString */
  readAsBinaryString(blob) {
    read_operation(this, blob, "BinaryString");
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsText */
  readAsText(blob, encoding) {
    read_operation(this, blob, "Text", encoding);
  }

  /** https://w3c.github.io/FileAPI/#dfn-readAsDataURL */
  readAsDataURL(blob) {
    read_operation(this, blob, "DataURL");
  }

  /** https://w3c.github.io/FileAPI/#dfn-abort */
  abort() {
    // 1. A reader that is not loading just loses its result.
    if (this.state !== "loading") {
      this.result = null;
      return;
    }
    // 2. The state becomes done, without a result.
    this.state = "done";
    this.result = null;
    // 3–4. Drop the tasks of the read.
    const { size } = this.current_read;
    this.current_read = null;
    // 5. Fire "abort".
    fire_a_progress_event("abort", this, 0, size);
    // 6. Fire "loadend" unless a listener has begun another read.
    if (this.state !== "loading") fire_a_progress_event("loadend", this, 0, size);
  }
}

/**
 * https://w3c.github.io/FileAPI/#readOperation
 * NB: a blob's bytes are at hand, so its stream would give one chunk and no error; the tasks that the steps queue are queued all the same.
 */
function read_operation(reader, blob, type, encoding_name = undefined) {
  // 1. A reader that is loading reads nothing else.
  if (reader.state === "loading") throw new DOMException("The reader is busy reading another blob", "InvalidStateError");
  // 2–4. The state becomes loading, without result and error.
  reader.state = "loading";
  reader.result = null;
  reader.error = null;
  // 5–9. The bytes of the blob are at hand.
  const read = reader.current_read = { size: blob.size };
  const queue_a_task = (steps) => queue_a_global_task(TASK_SOURCE, () => {
    if (reader.current_read === read) steps();
  });
  // 10.2. Fire "loadstart", at the first chunk.
  queue_a_task(() => fire_a_progress_event("loadstart", reader, 0, blob.size));
  // 10.4. Fire "progress", for the chunk with all the bytes.
  if (blob.size > 0) queue_a_task(() => fire_a_progress_event("progress", reader, blob.size, blob.size));
  // 10.5. The end of the stream.
  queue_a_task(() => {
    // 10.5.1. The state becomes done.
    reader.state = "done";
    reader.current_read = null;
    // 10.5.2, 10.5.4. Package the data, and fire "load". NB: packaging of bytes that are there does not fail.
    reader.result = package_data(blob.chunks, type, blob.type, encoding_name);
    fire_a_progress_event("load", reader, blob.size, blob.size);
    // 10.5.5. Fire "loadend" unless a listener has begun another read.
    if (reader.state !== "loading") fire_a_progress_event("loadend", reader, blob.size, blob.size);
  });
}

/** https://xhr.spec.whatwg.org/#concept-event-fire-progress */
function fire_a_progress_event(name, target, transmitted, length) {
  fire_an_event(name, target, { loaded: transmitted, lengthComputable: length !== 0, total: length }, ProgressEvent);
}
