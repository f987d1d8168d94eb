/** Lists of the bindings' own, without the methods and iterators that a script may have patched. */

export function map_list(list, change) {
  const result = [];
  for (let index = 0; index < list.length; ++index) {
    result[index] = change(list[index], index);
  }
  return result;
}

/** The values (or the keys) of a Map, or the items of a Set, in their order, as they are now. */
export function values_of(collection) {
  const values = [];
  collection.forEach((value) => { values[values.length] = value; });
  return values;
}

export function keys_of(map) {
  const keys = [];
  map.forEach((_, key) => { keys[keys.length] = key; });
  return keys;
}

export function filter_list(list, keep) {
  const result = [];
  for (let index = 0; index < list.length; ++index) {
    if (keep(list[index])) {
      result[result.length] = list[index];
    }
  }
  return result;
}

export function find_in_list(list, wanted) {
  for (let index = 0; index < list.length; ++index) {
    if (wanted(list[index])) {
      return list[index];
    }
  }
  return undefined;
}

export function some_in_list(list, wanted) {
  for (let index = 0; index < list.length; ++index) {
    if (wanted(list[index])) {
      return true;
    }
  }
  return false;
}

export function list_includes(list, item) {
  return some_in_list(list, (one) => one === item);
}
