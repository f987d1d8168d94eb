// The same for documents.

Object.assign(samples, {
  nodes(seen) {
    const element = document.createElement("p");
    document.body.appendChild(element);
    element.append("x", document.createElement("b"));
    element.innerHTML = "<i class='a b' data-x=1>1</i><!-- c -->";
    seen(element, element.childNodes, element.children, element.firstChild.classList, element.attributes, element.dataset, element.style, ...element.childNodes);
    seen(element.firstChild.dataset, element.cloneNode(true), element.firstChild.attributes[0], element.getBoundingClientRect(), element.getAttributeNames());
    element.childNodes.forEach((...args) => seen(...args));
    element.firstChild.classList.forEach((...args) => seen(...args));
    seen(element.firstChild.classList.entries(), element.childNodes.keys(), element.getClientRects?.(), document.createRange?.());
    element.normalize();
    element.remove();
  },

  selecting(seen) {
    seen(document.querySelectorAll("body > *"), document.querySelector("body"), document.body.closest("html"), document.getElementsByTagName("p"));
    seen(document.forms, document.images, document.links, document.all, document.scripts, document.getElementsByName("x"), document.styleSheets);
    seen(Object.getOwnPropertyDescriptor(document.querySelectorAll("*"), 0), Object.getOwnPropertyDescriptor(document.body.dataset, "x"));
    try { document.querySelector("::"); } catch (error) { seen(error); }
    try { document.createElement(""); } catch (error) { seen(error); }
    try { document.body.appendChild(document); } catch (error) { seen(error); }
  },

  async observing(seen) {
    await new Promise((resolve) => {
      const observer = new MutationObserver(function (...args) { seen(this, ...args, ...args[0], args[0][0].addedNodes); resolve(); });
      observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ["a"] });
      document.body.append("q");
      document.body.setAttribute("a", "1");
      seen(new MutationObserver(() => {}).takeRecords());
    });
    const walker = document.createTreeWalker(document.body, -1, { acceptNode(...args) { seen(this, ...args); return 1; } });
    seen(walker, walker.nextNode(), document.createNodeIterator(document.body));
  },

  handlers(seen) {
    const element = document.createElement("div");
    element.setAttribute("onclick", "globalThis.clicked = [this, event]");
    element.click();
    seen(element.onclick, ...clicked);
    seen(onerror, document.createEvent("Event"));
  },

  async frames(seen) {
    const frame = document.createElement("iframe");
    frame.srcdoc = "<p id=named>x";
    await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); });
    seen(frame, window[window.length - 1] === frame.contentWindow);
    frame.remove();
  },

  names(seen) {
    const element = document.createElement("div");
    element.id = "named_by_its_id";
    document.body.append(element);
    seen(named_by_its_id, window);
    element.remove();
  },

  inputs(seen) {
    document.body.insertAdjacentHTML("beforeend", "<form id=f><input name=a value=1 required><select name=s><option>1</select><input type=file name=b></form>");
    const form = document.getElementById("f");
    form.addEventListener("submit", (event) => { event.preventDefault(); seen(event, event.submitter); });
    seen(form, form.elements, form.elements.a, form.elements.s.options, form.elements.a.validity, form.elements.b.files, new FormData(form), form.elements.a.labels, ...form.elements);
    form.requestSubmit();
    form.reset();
    form.remove();
  },

  async requests_of_before(seen) {
    for (const type of ["arraybuffer", "json", "blob", "document", "text"]) {
      const request = new XMLHttpRequest();
      request.open("GET", type === "json" ? "/json" : "/file");
      request.responseType = type;
      seen(await new Promise((resolve) => { request.onloadend = resolve; request.send(); }), request, request.response, request.upload);
    }
  },

  storing(seen) {
    localStorage.a = "1";
    seen(localStorage, Object.getOwnPropertyDescriptor(localStorage, "a"), Object.keys(localStorage));
    sessionStorage.clear();
    history.replaceState({ a: [1] }, "", "?q");
    seen(history, history.state, history.state.a);
  },

  async workers(seen) {
    const worker = new Worker("/worker.js");
    seen(worker, await new Promise((resolve) => { worker.onmessage = (event) => resolve([event, event.data]); worker.postMessage({ a: 1 }); }));
    worker.terminate();
  },

  async service_workers(seen) {
    const registration = await navigator.serviceWorker.register("/sw.js");
    seen(registration, registration.installing, registration.navigationPreload, registration.navigationPreload.getState());
    seen(await navigator.serviceWorker.ready, navigator.serviceWorker.getRegistrations(), navigator.serviceWorker.getRegistration());
    const fetched = await registration.backgroundFetch.fetch("id", ["/file"], { title: "x" });
    const records = await fetched.matchAll();
    seen(registration.backgroundFetch, fetched, fetched.matchAll(), records[0], records[0].responseReady, registration.backgroundFetch.getIds(), registration.backgroundFetch.get("id"));
    seen(registration.backgroundFetch.fetch("id", ["/file"]), registration.backgroundFetch.fetch("x", []), navigator.serviceWorker.register("//"));
    const refused = await navigator.serviceWorker.register("/none.js", { scope: "/none" }).catch((error) => error);
    seen(refused, registration.update());
  },

  async scripts(seen) {
    const script = document.createElement("script");
    script.textContent = "globalThis.has_run = 1";
    document.body.append(script);
    seen(await import("/module.js"), await import("/none.js").catch((error) => error), script);
  },

  async frames_of_animation(seen) {
    seen(await new Promise((resolve) => requestAnimationFrame((...args) => resolve(args))));
    seen(await new Promise((resolve) => requestIdleCallback((...args) => resolve(args))));
  },

  parsing(seen) {
    const other = new DOMParser().parseFromString("<p>x", "text/html");
    seen(other, other.body, document.implementation, document.implementation.createHTMLDocument("x"), document.createDocumentFragment());
    seen(getComputedStyle(document.body), matchMedia("print"), screen, document.location, document.defaultView);
  },
});
