// Served in the place of the checkout's file of this name, which is meant for that: what testdriver.js asks of a browser. Commands that are not here are
// refused by testdriver.js itself, by name.
{
  const channel = $CHANNEL;
  const command = (name, context, parameters = {}) => {
    const { origin, href } = (context ?? window).location;
    return channel.ask({ name, origin, url: href, parameters });
  };
  Object.assign(window.test_driver_internal, {
    in_automation: true,
    set_permission: ({ descriptor, state }, context = null) => command("set_permission", context, { name: descriptor.name, state }),
    delete_all_cookies: (context = null) => command("delete_all_cookies", context),
    get_all_cookies: (context = null) => command("get_all_cookies", context),
    get_named_cookie: (name, context = null) => command("get_named_cookie", context, { name }),
  });
}
