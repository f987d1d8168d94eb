import { EventTarget } from "../dom/EventTarget.js";

/** https://xhr.spec.whatwg.org/#interface-xmlhttprequest : what a request and its upload have in common */
export class XMLHttpRequestEventTarget extends EventTarget {}
