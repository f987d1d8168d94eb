import { fire_an_event } from "../dom/EventTarget.js";
import { op_background_fetch_instance } from "../ops.js";
import { NumberedObjects } from "../webidl/numbered_objects.js";
import { BackgroundFetchRegistration } from "./BackgroundFetchRegistration.js";

/**
 * https://wicg.github.io/background-fetch/#backgroundfetchmanager-backgroundfetchregistration-instances
 * By the numbers under which Python knows the fetches. NB: the map is the realm's, as its managers would all have the same.
 */
const instances = new NumberedObjects();

/** https://wicg.github.io/background-fetch/#get-a-backgroundfetchregistration-instance ; `snapshot` is what Python says of the fetch. */
export function background_fetch_registration_object(snapshot) {
  const { number } = snapshot;
  // 1–2. An instance that exists is given again. NB: it keeps what its tasks gave it.
  const known = instances.get(number);
  if (known !== undefined) return known;
  // 3–4. Make the instance and remember it.
  const instance = new BackgroundFetchRegistration(snapshot);
  instances.add(number, instance);
  instances.hold(number);
  // NB: from now on Python tells this realm of everything, first of what has changed since it made the snapshot.
  op_background_fetch_instance(number);
  // 5. The new instance.
  return instance;
}

/** An upcall: https://wicg.github.io/background-fetch/#update-background-fetch-instances , its step 6 */
export function up_background_fetch_update(number, { downloaded, uploaded, result, failureReason, recordsAvailable }) {
  // 6.1–6.2. Only a background fetch with an instance here is updated.
  const instance = instances.get(number);
  if (instance === undefined) return;
  // 6.3. Its records are no longer available.
  if (!recordsAvailable) end_instance(number, instance);
  // 6.4. A background fetch with a result changes no more.
  if (instance.result !== "") return;
  // 6.5. Nothing has changed.
  if (
    instance.downloaded === downloaded && instance.uploaded === uploaded &&
    instance.result === result && instance.failureReason === failureReason
  ) return;
  // 6.6–6.9. Take over the bytes, the result and the failure reason.
  instance.downloaded = downloaded;
  instance.uploaded = uploaded;
  instance.result = result;
  instance.failureReason = failureReason;
  // 6.10. Fire "progress".
  fire_an_event("progress", instance);
}

/** An upcall, ours: the fetch has gone with its service worker registration; of that no events tell. */
export function up_background_fetch_gone(number) {
  const instance = instances.get(number);
  if (instance === undefined) return;
  if (instance.result === "") {
    instance.result = "failure";
    instance.failureReason = "aborted";
  }
  end_instance(number, instance);
}

function end_instance(number, instance) {
  instance.recordsAvailable = false;
  instances.let_go(number);
}
