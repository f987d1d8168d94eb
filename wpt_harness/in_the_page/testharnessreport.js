// Served in the place of the checkout's file of this name, which is meant for that: it gives the results of testharness.js to the runner.
{
  const channel = $CHANNEL;
  setup({ output: false, timeout_multiplier: $TIMEOUT_MULTIPLIER });
  add_completion_callback((tests, status) => {
    channel.say({
      type: "complete",
      harness: { status: status.status, message: status.message, stack: status.stack },
      subtests: tests.map(({ name, status, message, stack }) => [name, status, message, stack]),
    });
  });
}
