/** https://html.spec.whatwg.org/multipage/nav-history-apis.html#barprop */
export class BarProp {
  get visible() {
    return true;
  }
}
