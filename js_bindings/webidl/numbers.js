import { big_int_as_signed, big_int_as_unsigned, floor, fround, is_finite, is_integer, number_of, round, trunc } from "../intrinsics.js";

/** https://webidl.spec.whatwg.org/#js-integer-types and its neighbours. */

const INTEGERS = {
  __proto__: null,
  byte: { bits: 8, signed: true },
  octet: { bits: 8, signed: false },
  short: { bits: 16, signed: true },
  "unsigned short": { bits: 16, signed: false },
  long: { bits: 32, signed: true },
  "unsigned long": { bits: 32, signed: false },
  "long long": { bits: 64, signed: true },
  "unsigned long long": { bits: 64, signed: false },
};

export const is_numeric = (type) => type.t in INTEGERS || type.t in FLOATS;

const FLOATS = {
  __proto__: null,
  "unrestricted double": (value, context) => to_number(value, context),
  "unrestricted float": (value, context) => fround(to_number(value, context)),
  double: (value, context) => finite(to_number(value, context), context),
  float: (value, context) => finite(fround(finite(to_number(value, context), context)), context),
};

export function converter_of_numbers(type) {
  if (type.t in FLOATS) {
    return FLOATS[type.t];
  }
  if (!(type.t in INTEGERS)) {
    throw new Error("no conversion is known for the type " + type.t);
  }
  return integer_converter(type, INTEGERS[type.t]);
}

function to_number(value, context) {
  if (typeof value === "symbol" || typeof value === "bigint") {
    throw new TypeError(context + " is a " + typeof value + ", which cannot be converted to a number");
  }
  return typeof value === "number" ? value : number_of(value);
}

function finite(number, context) {
  if (!is_finite(number)) {
    throw new TypeError(context + " is not a finite number");
  }
  return number;
}

/** https://webidl.spec.whatwg.org/#abstract-opdef-converttoint */
function integer_converter(type, { bits, signed }) {
  // 1–3. The bounds; 64 bits stop where doubles stop being exact.
  const upper = bits === 64 ? 2 ** 53 - 1 : signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const lower = !signed ? 0 : bits === 64 ? -(2 ** 53) + 1 : -(2 ** (bits - 1));
  if (type.enforceRange) {
    // 6. [EnforceRange]: a value out of bounds throws.
    return (value, context) => {
      const whole = trunc(finite(to_number(value, context), context)) + 0;
      if (whole < lower || whole > upper) {
        throw new TypeError(context + " is out of range: " + whole + " is not between " + lower + " and " + upper);
      }
      return whole;
    };
  }
  if (type.clamp) {
    // 7. [Clamp]: a value out of bounds becomes the bound; halves go to the even neighbour.
    return (value, context) => {
      const number = to_number(value, context);
      if (number !== number) {
        return 0;
      }
      return number <= lower ? lower : number >= upper ? upper : round_half_to_even(number) + 0;
    };
  }
  // 8–12. Otherwise take the value modulo 2 to the number of bits.
  const modulus = 2 ** bits;
  const half = 2 ** (bits - 1);
  return (value, context) => {
    const number = to_number(value, context);
    if (is_integer(number) && number >= lower && number <= upper) {
      return number + 0;
    }
    if (!is_finite(number)) {
      return 0;
    }
    if (bits === 64) {
      return Number((signed ? big_int_as_signed : big_int_as_unsigned)(64, BigInt(trunc(number))));
    }
    const wrapped = ((trunc(number) % modulus) + modulus) % modulus;
    return signed && wrapped >= half ? wrapped - modulus : wrapped;
  };
}

function round_half_to_even(number) {
  const below = floor(number);
  if (number - below !== 0.5) {
    return round(number);
  }
  return below % 2 === 0 ? below : below + 1;
}
