import { length_of_body } from "../fetch/body.js";
import { next_fetch_id } from "../fetch/fetch_ids.js";
import { header_list_get } from "../fetch/header_lists.js";
import { is_no_cors_safelisted_request_header } from "../fetch/header_names.js";
import { Request, request_to_wire } from "../fetch/Request.js";
import { response_from_record, throw_away } from "../fetch/Response.js";
import { op_fetch_start } from "../ops.js";
import { upon_settlement } from "../webidl/promises.js";

/** https://fetch.spec.whatwg.org/#keepalive : what may be under way at a time, in bytes. */
const MOST_UNDER_WAY = 65536;
let under_way = 0;

/** https://w3c.github.io/beacon/#sendbeacon-method */
export function send_beacon(url, data) {
  // 1–5, 7.1. A keepalive POST request whose URL parses. NB: made by the constructor of Request, which also extracts the data.
  const init = { method: "POST", credentials: "include", keepalive: true };
  const object = Request.constructor_steps(url, data === null ? init : { ...init, body: data });
  const { request } = object;
  if (!/^https?:/.test(request.url_list[0])) {
    throw new TypeError("sendBeacon: only URLs with http: or https: can be sent to");
  }
  // 6.2. The keepalive quota. NB: fetch() has its own count of it over there; what goes beyond that is not sent, and nobody hears of it.
  const length = object.inner_body === null ? 0 : length_of_body(object.inner_body);
  if (under_way + length > MOST_UNDER_WAY) {
    return false;
  }
  // 6.3. A content type that is CORS-safelisted needs no CORS.
  const type = header_list_get(request.header_list, "content-type");
  request.mode = type === null || is_no_cors_safelisted_request_header("content-type", type) ? "no-cors" : "cors";
  request.initiator_type = "beacon";
  // 7.2. Fetch; nobody waits for the response.
  under_way += length;
  const ended = () => { under_way -= length; };
  const [record, body] = request_to_wire(object);
  upon_settlement(op_fetch_start(next_fetch_id(), record, body), (response) => {
    ended();
    throw_away(response_from_record(response));
  }, ended);
  // 7. The return value.
  return true;
}
