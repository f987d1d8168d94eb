// The private channel between a test page and the runner: an expression whose value is the page's channel, made when it is first asked for.
// The runner waits in `next()`; nothing polls. It is found under a symbol that is not enumerable, so that tests of the global object do not meet it.
(() => {
  const key = Symbol.for("afterpage.wpt_harness");
  if (globalThis[key] === undefined) {
    const { stringify } = JSON;
    const messages = [];
    const asked = [];
    let wake = null;
    const say = (message) => {
      messages[messages.length] = stringify(message);
      wake?.();
    };
    const channel = {
      /** Tell the runner something. */
      say,
      /** Have the runner do something; a promise of what it answers. */
      ask(command) {
        return new Promise((resolve, reject) => {
          say({ type: "command", id: asked.length, ...command });
          asked[asked.length] = { resolve, reject };
        });
      },
      /** (The runner:) a promise of the next message, as JSON. */
      next() {
        return new Promise((resolve) => {
          const give = () => {
            if (messages.length === 0) {
              wake = give;
              return;
            }
            wake = null;
            resolve(messages.shift());
          };
          give();
        });
      },
      /** (The runner:) the answer to what was asked. */
      answer(id, error, value) {
        if (error !== null) {
          asked[id].reject(new Error(error));
        } else {
          asked[id].resolve(value);
        }
      },
    };
    Object.defineProperty(globalThis, key, { value: channel });
  }
  return globalThis[key];
})()
