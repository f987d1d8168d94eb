import { fire_an_event } from "../../dom/EventTarget.js";
import { op_environment_is_online } from "../../ops.js";
import { implementation_of } from "../../webidl/platform_objects.js";
import { environment_facts } from "../../realm/environment_facts.js";

/** The mixins that Navigator and WorkerNavigator share: https://html.spec.whatwg.org/multipage/system-state.html#the-navigator-object */

export class NavigatorID {
  get appCodeName() {
    return "Mozilla";
  }

  get appName() {
    return "Netscape";
  }

  get appVersion() {
    return environment_facts().user_agent.replace(/^Mozilla\//, "");
  }

  get platform() {
    return environment_facts().platform;
  }

  get product() {
    return "Gecko";
  }

  get productSub() {
    return "20030107";
  }

  get userAgent() {
    return environment_facts().user_agent;
  }

  get vendor() {
    return "";
  }

  get vendorSub() {
    return "";
  }
}

export class NavigatorLanguage {
  get language() {
    return environment_facts().languages[0];
  }

  // The same array each time, so that the frozen one is the same too.
  get languages() {
    return environment_facts().languages;
  }
}

export class NavigatorOnLine {
  get onLine() {
    return op_environment_is_online();
  }
}

/** An upcall: https://html.spec.whatwg.org/multipage/system-state.html#event-online ; `navigator.onLine` has changed. */
export function up_online_state_changed(is_online) {
  fire_an_event(is_online ? "online" : "offline", implementation_of(globalThis));
}

export class NavigatorConcurrentHardware {
  get hardwareConcurrency() {
    return environment_facts().hardware_concurrency;
  }
}
