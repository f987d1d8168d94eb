/** https://html.spec.whatwg.org/multipage/dom.html#elements-in-the-dom : local name → interface */
const INTERFACES = {
  __proto__: null,
  a: "HTMLAnchorElement", area: "HTMLAreaElement", audio: "HTMLAudioElement", base: "HTMLBaseElement", blockquote: "HTMLQuoteElement",
  body: "HTMLBodyElement", br: "HTMLBRElement", button: "HTMLButtonElement", canvas: "HTMLCanvasElement", caption: "HTMLTableCaptionElement",
  col: "HTMLTableColElement", colgroup: "HTMLTableColElement", data: "HTMLDataElement", datalist: "HTMLDataListElement", del: "HTMLModElement",
  details: "HTMLDetailsElement", dialog: "HTMLDialogElement", dir: "HTMLDirectoryElement", div: "HTMLDivElement", dl: "HTMLDListElement",
  embed: "HTMLEmbedElement", fieldset: "HTMLFieldSetElement", font: "HTMLFontElement", form: "HTMLFormElement", frame: "HTMLFrameElement",
  frameset: "HTMLFrameSetElement", h1: "HTMLHeadingElement", h2: "HTMLHeadingElement", h3: "HTMLHeadingElement", h4: "HTMLHeadingElement",
  h5: "HTMLHeadingElement", h6: "HTMLHeadingElement", head: "HTMLHeadElement", hr: "HTMLHRElement", html: "HTMLHtmlElement",
  iframe: "HTMLIFrameElement", img: "HTMLImageElement", input: "HTMLInputElement", ins: "HTMLModElement", label: "HTMLLabelElement",
  legend: "HTMLLegendElement", li: "HTMLLIElement", link: "HTMLLinkElement", listing: "HTMLPreElement", map: "HTMLMapElement",
  marquee: "HTMLMarqueeElement", menu: "HTMLMenuElement", meta: "HTMLMetaElement", meter: "HTMLMeterElement", object: "HTMLObjectElement",
  ol: "HTMLOListElement", optgroup: "HTMLOptGroupElement", option: "HTMLOptionElement", output: "HTMLOutputElement", p: "HTMLParagraphElement",
  param: "HTMLParamElement", picture: "HTMLPictureElement", pre: "HTMLPreElement", progress: "HTMLProgressElement", q: "HTMLQuoteElement",
  script: "HTMLScriptElement", select: "HTMLSelectElement", slot: "HTMLSlotElement", source: "HTMLSourceElement", span: "HTMLSpanElement",
  style: "HTMLStyleElement", table: "HTMLTableElement", tbody: "HTMLTableSectionElement", td: "HTMLTableCellElement",
  template: "HTMLTemplateElement", textarea: "HTMLTextAreaElement", tfoot: "HTMLTableSectionElement", th: "HTMLTableCellElement",
  thead: "HTMLTableSectionElement", time: "HTMLTimeElement", title: "HTMLTitleElement", tr: "HTMLTableRowElement", track: "HTMLTrackElement",
  ul: "HTMLUListElement", video: "HTMLVideoElement", xmp: "HTMLPreElement",
};

const PLAIN = new Set((
  "abbr acronym address article aside b basefont bdi bdo big center cite code dd dfn dt em figcaption figure footer header hgroup i kbd main mark "
  + "nav nobr noembed noframes noscript plaintext rb rp rt rtc ruby s samp search section small strike strong sub summary sup tt u var wbr"
).split(" "));

/** https://html.spec.whatwg.org/multipage/dom.html#htmlelement:element-interface , the steps */
export function interface_name_for(local_name) {
  // 1–2. A local name with an interface of its own;
  const name = INTERFACES[local_name];
  if (name !== undefined) {
    return name;
  }
  // 3. HTMLElement for names without one, and for valid custom element names;
  if (PLAIN.has(local_name) || /^[a-z][^A-Z]*-[^A-Z]*$/.test(local_name)) {
    return "HTMLElement";
  }
  // 4. for all others HTMLUnknownElement.
  return "HTMLUnknownElement";
}
