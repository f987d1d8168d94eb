/** Every interface that a realm may expose, and the module that exports its implementation class. Loaded at first use. */
export const interfaces = {
  __proto__: null,
  AbortController: "dom/AbortController.js",
  AbortSignal: "dom/AbortSignal.js",
  Blob: "file/Blob.js",
  CustomEvent: "dom/CustomEvent.js",
  ErrorEvent: "html/ErrorEvent.js",
  Event: "dom/Event.js",
  EventTarget: "dom/EventTarget.js",
  File: "file/File.js",
  FormData: "xhr/FormData.js",
  Headers: "fetch/Headers.js",
  MessageEvent: "html/MessageEvent.js",
  ProgressEvent: "xhr/ProgressEvent.js",
  PromiseRejectionEvent: "html/PromiseRejectionEvent.js",
  URL: "url/URL.js",
  URLSearchParams: "url/URLSearchParams.js",
};
