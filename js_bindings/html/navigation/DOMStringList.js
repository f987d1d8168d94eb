/** https://html.spec.whatwg.org/multipage/common-dom-interfaces.html#the-domstringlist-interface */
export class DOMStringList {
  strings;

  constructor(strings) {
    this.strings = strings;
  }

  get length() {
    return this.strings.length;
  }

  item(index) {
    return this.strings[index] ?? null;
  }

  get_indexed(index) {
    return this.strings[index];
  }

  contains(string) {
    return this.strings.includes(string);
  }
}
