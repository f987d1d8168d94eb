/** https://html.spec.whatwg.org/multipage/obsolete.html#external */
export class External {
  AddSearchProvider() {}

  IsSearchProviderInstalled() {}
}
