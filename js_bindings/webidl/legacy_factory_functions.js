import { apply, defineProperty } from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { interface_of } from "./define_interface.js";
import { find_in_list } from "./lists.js";
import { construct_platform_object } from "./platform_objects.js";
import { define_fixed } from "./properties.js";

/** https://webidl.spec.whatwg.org/#legacy-factory-functions : the implementation class has a static method of the function's name. */
export function legacy_factory_function(factory_name, interface_name) {
  const own = interface_of(interface_name);
  const { length, overloads } = find_in_list(own.table.legacyFactoryFunctions, ({ name }) => name === factory_name);
  let convert;
  const factory = function (...args) {
    if (new.target === undefined) {
      throw new TypeError(factory_name + " is a constructor: use new");
    }
    convert ??= arguments_converter(overloads, length, "new " + factory_name);
    const converted = convert(args);
    const new_target = new.target === factory ? own.constructor : new.target;
    return construct_platform_object(own, new_target, () => apply(own.Class[factory_name], own.Class, converted));
  };
  define_fixed(factory, "length", length);
  define_fixed(factory, "name", factory_name);
  defineProperty(factory, "prototype", { __proto__: null, value: own.prototype, writable: false, enumerable: false, configurable: false });
  return factory;
}
