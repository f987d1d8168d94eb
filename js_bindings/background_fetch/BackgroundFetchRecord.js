import { request_from_record } from "../fetch/Request.js";
import { response_from_record } from "../fetch/Response.js";
import { op_background_fetch_release_response, op_background_fetch_response_ready } from "../ops.js";
import { platform_object_of } from "../webidl/platform_objects.js";
import { react } from "../webidl/promises.js";
import { promise_for_script } from "../webidl/promises.js";

const let_go = new FinalizationRegistry((data) => {
  if (data.handle !== 0) op_background_fetch_release_response(data.handle);
});

/** https://wicg.github.io/background-fetch/#background-fetch-record-interface */
export class BackgroundFetchRecord {
  request;                  // https://wicg.github.io/background-fetch/#backgroundfetchrecord-request , as a Request object
  response_promise = null;  // https://wicg.github.io/background-fetch/#backgroundfetchrecord-response-promise
  data;                     // { handle }: what Python knows the record's response data by

  /** https://wicg.github.io/background-fetch/#create-record-objects , its steps 2.2 to 2.5 */
  constructor({ request, body, data }) {
    this.request = request_from_record(request, "immutable", body);
    this.data = { handle: data };
    let_go.register(this, this.data);
  }

  /**
   * https://wicg.github.io/background-fetch/#dom-backgroundfetchrecord-responseready
   *
   * OPTIMIZATION: the promise is made when it is first asked for; that, too, is for the response data of the time at which the record was made.
   * So the failure of a record that nobody asks for is nobody's unhandled rejection.
   */
  get responseReady() {
    return this.response_promise ??= promise_for_script(this.response_is_ready());
  }

  /** https://wicg.github.io/background-fetch/#create-record-objects , its step 2.9 */
  response_is_ready() {
    const { handle } = this.data;
    this.data.handle = 0;
    return react(op_background_fetch_response_ready(handle), (record) => platform_object_of(response_from_record(record, "immutable")));
  }
}
