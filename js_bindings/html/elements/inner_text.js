import { append, replace_all } from "../../dom/mutations.js";

const BLOCKS = new Set((
  "address article aside blockquote dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p "
  + "pre section table tr ul"
).split(" "));
const HIDDEN = new Set(["script", "style", "template", "noscript", "head", "title", "meta", "link"]);

/** https://html.spec.whatwg.org/multipage/dom.html#get-the-text-steps . AD-HOC: blocks are known by their names, as there is no layout. */
export function inner_text(element) {
  if (HIDDEN.has(element.localName)) {
    return element.textContent;
  }
  return rendered(element).replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "").trim();
}

function rendered(element) {
  let text = "";
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === 3) {
      text += element.localName === "pre" || element.localName === "textarea" ? child.data : child.data.replace(/[ \t\n\f\r]+/g, " ");
    } else if (child.nodeType !== 1 || HIDDEN.has(child.localName) || child.find_attribute("hidden") !== null) {
      continue;
    } else if (child.is_html("br")) {
      text += "\n";
    } else if (BLOCKS.has(child.localName)) {
      const gap = child.localName === "p" ? "\n\n" : "\n";
      text = `${text}${gap}${rendered(child)}${gap}`;
    } else {
      text += rendered(child) + (child.is_html("td") || child.is_html("th") ? "\t" : "");
    }
  }
  return text;
}

/** https://html.spec.whatwg.org/multipage/dom.html#rendered-text-fragment */
export function rendered_text_fragment(value, document) {
  const fragment = document.createDocumentFragment();
  value.split(/\r\n|\r|\n/).forEach((line, index) => {
    if (index > 0) {
      append(document.createElement("br"), fragment);
    }
    if (line !== "") {
      append(document.createTextNode(line), fragment);
    }
  });
  return fragment;
}

export function set_inner_text(element, value) {
  replace_all(rendered_text_fragment(value, element.node_document), element);
}
