import { include } from "../webidl/mixins.js";
import { NavigatorConcurrentHardware, NavigatorID, NavigatorLanguage, NavigatorOnLine } from "./navigator_mixins.js";

/** https://html.spec.whatwg.org/multipage/workers.html#workernavigator ; partial interfaces add their attributes in their own areas. */
export class WorkerNavigator {
  static {
    for (const Mixin of [NavigatorID, NavigatorLanguage, NavigatorOnLine, NavigatorConcurrentHardware]) {
      include(this, Mixin);
    }
  }
}
