import { defineProperty, plain_constructor } from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { find_in_list } from "./lists.js";
import { construct_platform_object } from "./platform_objects.js";
import { define_fixed } from "./properties.js";
import { interface_of } from "./tables.js";

/** https://webidl.spec.whatwg.org/#legacy-factory-functions : the implementation class has a static method of the function's name. */
export function legacy_factory_function(factory_name, interface_name) {
  const own = interface_of(interface_name);
  const { length, overloads } = find_in_list(own.table.legacyFactoryFunctions, ({ name }) => name === factory_name);
  let convert;
  const factory = plain_constructor((new_target, args) => {
    if (new_target === undefined) {
      throw new TypeError(factory_name + " is a constructor: use new");
    }
    convert ??= arguments_converter(overloads, length, "new " + factory_name);
    const converted = convert(args);
    const made_for = new_target === factory ? own.constructor : new_target;
    return construct_platform_object(own, made_for, () => own.Class[factory_name](...converted));
  });
  define_fixed(factory, "length", length);
  define_fixed(factory, "name", factory_name);
  defineProperty(factory, "prototype", { value: own.prototype, writable: false, enumerable: false, configurable: false });
  return factory;
}
