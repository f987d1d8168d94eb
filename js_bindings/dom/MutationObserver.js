import { report_an_exception } from "../realm/report_an_exception.js";
import { home } from "../intrinsics.js";
import { invoke_callback } from "../webidl/callbacks.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { a_promise_resolved_with, upon_fulfillment } from "../webidl/promises.js";
import { NodeList } from "./NodeList.js";
import { observation } from "./observation.js";

/** https://dom.spec.whatwg.org/#registered-observer and https://dom.spec.whatwg.org/#transient-registered-observer */
class RegisteredObserver {
  options;
  source;        // of a transient one, the registered observer it stems from; else null

  constructor(options, source = null) {
    this.options = options;
    this.source = source;
  }
}

/** https://dom.spec.whatwg.org/#interface-mutationrecord */
export class MutationRecord {
  type;
  target;
  addedNodes;
  removedNodes;
  previousSibling;
  nextSibling;
  attributeName;
  attributeNamespace;
  oldValue;

  constructor(type, target, name, namespace, old_value, added, removed, previous_sibling, next_sibling) {
    this.type = type;
    this.target = target;
    this.attributeName = name;
    this.attributeNamespace = namespace;
    this.oldValue = old_value;
    this.addedNodes = added;
    this.removedNodes = removed;
    this.previousSibling = previous_sibling;
    this.nextSibling = next_sibling;
  }
}

/** https://dom.spec.whatwg.org/#interface-mutationobserver */
export class MutationObserver {
  callback;
  node_list = new Set();   // OPTIMIZATION: held strongly; an observer that observes nothing holds nothing.
  transient_nodes = new Set();   // OPTIMIZATION: those nodes that have transient registered observers of it, apart
  record_queue = [];

  constructor(callback) {
    this.callback = callback;
  }

  /** https://dom.spec.whatwg.org/#dom-mutationobserver-observe */
  observe(target, options) {
    // 1–2. Options about attributes or character data imply their observation.
    if ((options.attributeOldValue !== undefined || options.attributeFilter !== undefined) && options.attributes === undefined) {
      options.attributes = true;
    }
    if (options.characterDataOldValue !== undefined && options.characterData === undefined) {
      options.characterData = true;
    }
    // 3–6. The options must observe something, and not contradict each other.
    if (!options.childList && !options.attributes && !options.characterData) {
      throw new TypeError("MutationObserver.observe: nothing is to be observed");
    }
    if (!options.attributes && (options.attributeOldValue || options.attributeFilter !== undefined)) {
      throw new TypeError("MutationObserver.observe: attributes are not to be observed, but details of them");
    }
    if (!options.characterData && options.characterDataOldValue) {
      throw new TypeError("MutationObserver.observe: text is not to be observed, but its old value");
    }
    // 7. A registered observer of the node takes the new options.
    const registered = registered_observers_of(target, this).find(({ source }) => source === null);
    if (registered !== undefined) {
      remove_transient_observers(this, (transient) => transient.source === registered);
      registered.options = options;
      return;
    }
    // 8. Otherwise register the observer.
    registered_observers_of(target, this).push(new RegisteredObserver(options));
    if (this.node_list.size === 0) {
      ++observation.observers;
    }
    this.node_list.add(target);
  }

  disconnect() {
    for (const node of new Set([...this.node_list, ...this.transient_nodes])) {
      node.registered_observers.delete(this);
    }
    if (this.node_list.size > 0) {
      --observation.observers;
    }
    this.node_list.clear();
    this.transient_nodes.clear();
    this.record_queue = [];
  }

  takeRecords() {
    const records = this.record_queue;
    this.record_queue = [];
    return records;
  }
}

/** Ours: those of one observer, in the registered observer list of a node. */
function registered_observers_of(node, observer) {
  node.registered_observers ??= new Map();
  if (!node.registered_observers.has(observer)) {
    node.registered_observers.set(observer, []);
  }
  return node.registered_observers.get(observer);
}

function remove_transient_observers(observer, matches) {
  for (const node of observer.transient_nodes) {
    const kept = node.registered_observers.get(observer).filter((registered) => registered.source === null || !matches(registered));
    if (kept.length > 0) {
      node.registered_observers.set(observer, kept);
    } else {
      node.registered_observers.delete(observer);
    }
    if (!kept.some(({ source }) => source !== null)) {
      observer.transient_nodes.delete(node);
    }
  }
}

/** https://dom.spec.whatwg.org/#concept-node-remove , its step about observers of the ancestors */
export function add_transient_registered_observers(node, parent) {
  for (let ancestor = parent; ancestor !== null; ancestor = ancestor.parentNode) {
    for (const [observer, registered] of ancestor.registered_observers ?? []) {
      for (const source of registered.filter(({ options }) => options.subtree)) {
        const own = registered_observers_of(node, observer);
        // NB: one of each is enough, however many times a node is removed.
        if (!own.some((transient) => transient.source === source)) {
          own.push(new RegisteredObserver(source.options, source));
        }
        observer.transient_nodes.add(node);
      }
    }
  }
}

function* each_registered_observer(node) {
  for (const [observer, registered] of node.registered_observers ?? []) {
    for (const one of registered) {
      yield [observer, one];
    }
  }
}

/** https://dom.spec.whatwg.org/#queue-a-mutation-record */
export function queue_a_mutation_record(type, target, name, namespace, old_value, added, removed, previous_sibling, next_sibling) {
  // 1–3. Find the interested observers, and whether they want the old value.
  const interested = new Map();
  for (let node = target; node !== null; node = node.parentNode) {
    for (const [observer, { options }] of each_registered_observer(node)) {
      const ignores = (node !== target && !options.subtree)
        || (type === "attributes" && (!options.attributes
          || (options.attributeFilter !== undefined && (!options.attributeFilter.includes(name) || namespace !== null))))
        || (type === "characterData" && !options.characterData)
        || (type === "childList" && !options.childList);
      if (!ignores) {
        const wants_old = (type === "attributes" && options.attributeOldValue) || (type === "characterData" && options.characterDataOldValue);
        if (wants_old || !interested.has(observer)) {
          interested.set(observer, wants_old ? old_value : null);
        }
      }
    }
  }
  // 4. Enqueue a record for each.
  for (const [observer, mapped_old_value] of interested) {
    observer.record_queue.push(new MutationRecord(
      type, target, name, namespace, mapped_old_value, new NodeList(added), new NodeList(removed), previous_sibling, next_sibling,
    ));
    pending.add(observer);
  }
  // 5. Queue a mutation observer microtask.
  if (interested.size > 0) {
    queue_a_mutation_observer_microtask();
  }
}

let pending = new Set();
let microtask_queued = false;

/** https://dom.spec.whatwg.org/#queue-a-mutation-observer-compound-microtask */
function queue_a_mutation_observer_microtask() {
  if (!microtask_queued) {
    microtask_queued = true;
    upon_fulfillment(a_promise_resolved_with(undefined), notify_mutation_observers);
  }
}

/** https://dom.spec.whatwg.org/#notify-mutation-observers */
function notify_mutation_observers() {
  // 1–5. Take the observers that have records.
  microtask_queued = false;
  const notified = pending;
  pending = new Set();
  // 6. Call each with its records.
  for (const observer of notified) {
    const records = observer.takeRecords();
    remove_transient_observers(observer, () => true);
    if (records.length > 0) {
      const observer_object = platform_object_of(observer);
      try {
        invoke_callback(observer.callback, observer_object, [home(records.map(platform_object_of)), observer_object]);
      } catch (error) {
        report_an_exception(error);
      }
    }
  }
  // 7. NB: no slots.
}
