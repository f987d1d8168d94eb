import { apply, defineProperty } from "../intrinsics.js";
import { arguments_converter } from "./arguments.js";
import { interface_of } from "./define_interface.js";
import { construct_platform_object } from "./platform_objects.js";

/** https://webidl.spec.whatwg.org/#legacy-factory-functions : the implementation class has a static method of the function's name. */
export function legacy_factory_function(factory_name, interface_name) {
  const { table, Class, constructor, prototype } = interface_of(interface_name);
  const { length, overloads } = table.legacyFactoryFunctions.find(({ name }) => name === factory_name);
  let convert;
  const factory = function (...args) {
    if (new.target === undefined) {
      throw new TypeError(`${factory_name} is a constructor: use new`);
    }
    convert ??= arguments_converter(overloads, length, `new ${factory_name}`);
    const implementation = apply(Class[factory_name], Class, convert(args));
    return construct_platform_object(interface_name, new.target === factory ? constructor : new.target, implementation);
  };
  defineProperty(factory, "length", { value: length, configurable: true });
  defineProperty(factory, "name", { value: factory_name, configurable: true });
  defineProperty(factory, "prototype", { value: prototype, writable: false });
  return factory;
}
