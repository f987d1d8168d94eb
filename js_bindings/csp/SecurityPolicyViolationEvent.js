import { Event, initialize_attributes } from "../dom/Event.js";

/** https://w3c.github.io/webappsec-csp/#securitypolicyviolationevent */
export class SecurityPolicyViolationEvent extends Event {
  documentURI = "";
  referrer = "";
  blockedURI = "";
  effectiveDirective = "";
  violatedDirective = "";
  originalPolicy = "";
  sourceFile = "";
  sample = "";
  disposition = "enforce";
  statusCode = 0;
  lineNumber = 0;
  columnNumber = 0;

  constructor(type = "", init = undefined) {
    super(type, init);
    initialize_attributes(this, init);
  }
}
