import { not_implemented } from "../webidl/not_implemented.js";
import { ExtendableEvent } from "./ExtendableEvent.js";

/** https://w3c.github.io/ServiceWorker/#installevent-interface */
export class InstallEvent extends ExtendableEvent {
  static {
    this.prototype.addRoutes = not_implemented("static routing has not been written yet");
  }
}
