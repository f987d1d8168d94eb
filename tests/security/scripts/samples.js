// What scripts do with the platform, one small thing each. `seen(…values)` is told whatever the platform has handed out, also to callbacks.
// Those that need a document are in samples_of_pages.js.

globalThis.samples = {

  events(seen) {
    const target = new EventTarget();
    target.addEventListener("a", function (...args) { seen(this, ...args, args[0].composedPath(), args[0].timeStamp); }, { once: true });
    target.addEventListener("a", { handleEvent(...args) { seen(this, ...args); } });
    target.dispatchEvent(new CustomEvent("a", { detail: [1] }));
    seen(new Event("x"), new MessageEvent("m", { data: 1 }), new ErrorEvent("e"), target);
  },

  async aborting(seen) {
    const controller = new AbortController();
    const any = AbortSignal.any([controller.signal]);
    any.addEventListener("abort", (event) => seen(event));
    controller.abort();
    seen(any.reason, controller.signal, AbortSignal.abort().reason, await new Promise((resolve) => {
      AbortSignal.timeout(1).onabort = (event) => resolve(event.target.reason);
    }));
    try { any.throwIfAborted(); } catch (error) { seen(error); }
  },

  headers(seen) {
    const headers = new Headers({ a: "b" });
    headers.append("c", "d");
    new Headers([["x", "y"]]).forEach((...args) => seen(...args));
    seen(headers, headers.entries(), headers.keys(), headers.getSetCookie(), ...headers);
    headers.delete("a");
  },

  async requests(seen) {
    const request = new Request("/file", { headers: { a: "b" }, method: "POST", body: "x" });
    request.headers.append("q", "1");
    seen(request, request.clone(), request.signal, request.body, request.text(), await new Request(new Request("/file")).blob());
  },

  async responses(seen) {
    const response = new Response('{"a": [1, {}]}', { headers: { a: "b" } });
    seen(response.clone().text(), response.clone().arrayBuffer(), response.clone().bytes(), response.clone().blob(), response.clone().json());
    seen(Response.json({ a: 1 }), Response.redirect("/x"), Response.error(), response.body, response.clone().formData());
    seen((await response.bytes()).buffer, await new Response("no").json().catch((error) => error));
  },

  async response_streams(seen) {
    const reader = new Response("abc").body.getReader();
    seen(reader, reader.closed, await reader.read(), await reader.read());
    reader.releaseLock();
    seen(reader.closed, reader.read());
    const [one, other] = new Response("zz").body.tee();
    seen(one, other, await new Response(one).bytes());
    for await (const chunk of other) { seen(chunk, chunk.buffer); }
    const byob = new Response("abc").body.getReader({ mode: "byob" });
    seen(await byob.read(new Uint8Array(2)), byob.cancel());
  },

  async fetching(seen) {
    const response = await fetch("/file", { headers: { q: "1" } });
    seen(response, response.headers, await response.bytes());
    const streamed = (await fetch("/file")).body.values();
    seen(streamed, streamed.next(), await streamed.next(), streamed.return("x"));
    seen(await fetch("https://a.test/missing").catch((error) => error), fetch("//", { signal: AbortSignal.abort() }));
  },

  async forms(seen) {
    const form = new FormData();
    form.append("x", new Blob(["1"]), "n");
    form.set("a", "2");
    const response = new Response(form);
    const back = await response.formData();
    seen(form, ...form, back, back.getAll("x"), back.get("x"), back.entries(), back.entries().next());
    form.forEach((...args) => seen(...args));
  },

  urls(seen) {
    const url = new URL("/x?y=1", location.href);
    url.searchParams.append("c", "d");
    seen(url, url.searchParams, ...url.searchParams, url.searchParams.getAll("c"), new URLSearchParams({ a: "b" }), URL.parse?.("x:"));
    url.searchParams.sort();
  },

  async blobs(seen) {
    const blob = new Blob(["a", new Uint8Array(3), new Blob(["z"])]);
    seen(blob, blob.slice(0, 1), blob.text(), blob.arrayBuffer(), blob.bytes?.(), blob.stream(), new File([blob], "x"));
    seen((await blob.arrayBuffer()).slice(0), await blob.stream().getReader().read());
    const reader = new FileReader();
    seen(await new Promise((resolve) => { reader.onload = resolve; reader.readAsArrayBuffer(blob); }), reader.result);
  },

  async streams(seen) {
    const transform = new TransformStream({ start(...args) { seen(...args); }, transform(chunk, controller) { seen(controller); controller.enqueue(chunk); } });
    const writer = transform.writable.getWriter();
    const reader = transform.readable.getReader();
    seen(transform, writer, writer.ready, writer.closed, writer.write({ a: 1 }), await reader.read(), writer.close(), await reader.read());
    const bytes = new ReadableStream({
      type: "bytes", autoAllocateChunkSize: 4,
      pull(controller) { seen(controller, controller.byobRequest, controller.byobRequest.view); controller.byobRequest.view[0] = 1; controller.byobRequest.respond(1); },
      cancel(...args) { seen(...args); },
    });
    const byob = bytes.getReader({ mode: "byob" });
    seen(byob, await byob.read(new Uint8Array(4)), byob.cancel("why"));
    const writable = new WritableStream({ write(...args) { seen(...args); }, abort(...args) { seen(...args); } });
    seen(new Response("x").body.pipeThrough(new TextDecoderStream()).pipeTo(writable), ReadableStream.from([1]).getReader().read());
    seen(await new Response("abc").body.pipeThrough(new CompressionStream("gzip")).getReader().read());
    seen(await new Blob(["é"]).stream().pipeThrough(new TextDecoderStream()).pipeThrough(new TextEncoderStream()).getReader().read());
    seen(new ByteLengthQueuingStrategy({ highWaterMark: 1 }).size, new CountQueuingStrategy({ highWaterMark: 1 }).size);
    try { new ByteLengthQueuingStrategy({ highWaterMark: 1 }).size(null); } catch (error) { seen(error); }
  },

  clones(seen) {
    const given = {
      blob: new Blob(["x"]), map: new Map([[1, { z: 1 }]]), set: new Set([1, {}]), error: new TypeError("x", { cause: [1] }), date: new Date(), regexp: /a/g,
      buffer: new ArrayBuffer(4), view: new Uint8Array(2), big: new BigInt64Array(1), list: [1, , 3], boxed: [Object(1), Object("a"), Object(true), Object(1n)],
      exception: new DOMException("m", "DataError"), nothing: null, view2: new DataView(new ArrayBuffer(2)),
    };
    const copy = structuredClone(given);
    seen(copy, ...Object.values(copy), copy.map.get(1), copy.error.cause, copy.view.buffer, ...copy.boxed);
    const buffer = new ArrayBuffer(4, { maxByteLength: 8 });
    seen(structuredClone(buffer, { transfer: [buffer] }), structuredClone(new Error("x")));
    try { structuredClone(() => {}); } catch (error) { seen(error); }
  },

  async messages(seen) {
    const channel = new MessageChannel();
    const heard = new Promise((resolve) => { channel.port2.onmessage = resolve; });
    const sent = new ReadableStream({ start(controller) { controller.enqueue([1]); controller.close(); } });
    channel.port1.postMessage({ a: [new Blob(["x"])], sent }, [sent, new MessageChannel().port1]);
    const event = await heard;
    seen(channel, event, event.data, event.data.a, event.ports, await event.data.sent.getReader().read());
    channel.port1.close();
    const [one, other] = [new BroadcastChannel("q"), new BroadcastChannel("q")];
    const told = new Promise((resolve) => { other.onmessage = resolve; });
    one.postMessage({ z: [] });
    seen((await told).data, one);
    one.close();
    other.close();
  },

  async caching(seen) {
    const cache = await caches.open("x");
    await cache.put("/a", new Response("1", { headers: { a: "b" } }));
    await cache.add("/file");
    seen(cache, cache.match("/a"), cache.matchAll(), cache.keys(), caches.keys(), caches.match("/a"), await cache.delete("/a"), caches.has("x"));
    seen(...await cache.keys(), ...await cache.matchAll(), cache.add("/missing"), caches.match(1n), await caches.delete("x"));
  },

  async tasks(seen) {
    seen(await new Promise((resolve) => setTimeout(function (...args) { resolve([this, ...args]); }, 1, {}, 2)));
    await new Promise((resolve) => queueMicrotask(resolve));
    seen(await new Promise((resolve) => { const id = setInterval(() => { clearInterval(id); resolve(id); }, 1); }));
  },

  async errors(seen) {
    const scope = globalThis;
    const heard = (event) => { event.preventDefault(); seen(event, event.error, event.reason, event.promise); };
    for (const type of ["error", "unhandledrejection", "rejectionhandled"]) { scope.addEventListener(type, heard); }
    scope.reportError?.(new TypeError("x"));
    const target = new EventTarget();
    target.addEventListener("x", () => null.x);
    target.dispatchEvent(new Event("x"));
    const rejected = Promise.reject(1);
    setTimeout(() => { throw new RangeError("y"); });
    await new Promise((resolve) => setTimeout(resolve, 10));
    rejected.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (const type of ["error", "unhandledrejection", "rejectionhandled"]) { scope.removeEventListener(type, heard); }
  },

  refusals(seen) {
    const attempts = [
      () => new Headers(5), () => new URL("x"), () => new Request("http://a:b@c"), () => new Blob(1), () => new Response("", { status: 1 }), () => atob("!"),
      () => Event.prototype.type, () => new AbortSignal(), () => new EventTarget().dispatchEvent({}), () => new TextDecoder("no"), () => Headers.prototype.get.call({}, "a"),
      () => new Headers([[Symbol()]]), () => crypto.getRandomValues(new Float32Array(1)), () => performance.measure("x", "none"), () => EventTarget(),
      () => new URLSearchParams([[1]]), () => new Headers({ get a() { throw new SyntaxError("mine"); } }), () => new CustomEvent(), () => new Event({ toString: 1 }),
      () => new ReadableStream({ type: "x" }), () => new BroadcastChannel(Symbol()), () => [...new Headers().entries.call(1)], () => new DOMException(Symbol()),
      () => new Blob([{ toString() { return {}; }, valueOf() { return {}; } }]), () => setTimeout({ toString: null, valueOf: null }),
      () => new Uint8Array(crypto.getRandomValues(new Uint8Array(70000))), () => new CountQueuingStrategy({ highWaterMark: 1n }),
      () => { const deep = () => { deep(new Headers([["a", "b"]])); }; deep(); },
    ];
    for (const attempt of attempts) {
      try { seen(attempt()); } catch (error) { seen(error); }
    }
    seen(Response.prototype.text.call({}), caches.open(Symbol()), Object.getPrototypeOf(new Response("a").body.values()).next.call({}));
  },

  async others(seen) {
    seen(new TextEncoder().encode("é"), new TextEncoder().encodeInto("abc", new Uint8Array(9)), new TextDecoder(), new TextDecoder().decode(new Uint8Array(1)));
    performance.mark("a", { detail: { d: [1] } });
    seen(performance.measure("b", "a"), performance.getEntries(), performance.mark("c", { detail: [{}] }).detail, performance.toJSON());
    seen(await new Promise((resolve) => {
      new PerformanceObserver(function (...args) { resolve([this, ...args, ...args[0].getEntries()]); }).observe({ type: "mark", buffered: true });
    }));
    seen(crypto.getRandomValues(new Uint8Array(2)), crypto.randomUUID(), navigator, navigator.languages, location);
    seen(await navigator.permissions?.query({ name: "background-fetch" }), navigator.storage?.estimate(), navigator.permissions?.query({ name: "?" }));
    console.log("%s %o", "x", { a: new Headers() });
    console.table([{ a: 1 }]);
  },
};
