/** https://drafts.csswg.org/cssom-view/#the-screen-interface : one that nobody looks at. */
export class Screen {
  width = 1280;
  height = 720;
  availWidth = 1280;
  availHeight = 720;
  colorDepth = 24;
  pixelDepth = 24;
}
