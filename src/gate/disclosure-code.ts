import { randomInt } from 'node:crypto'
import { toString as drawQr } from 'qrcode'

// Crockford's base 32: no I, L, O, U, so that a code read aloud or copied from a photo has one reading.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const RANDOM_CHARACTERS = 8
const GROUP = 3
// x^5 + x^2 + 1, irreducible over GF(2): arithmetic of the 32 signs as a field.
const FIELD_POLYNOMIAL = 0b100101
const FIELD_OVERFLOW = 0b100000

/** A new code: eight random signs (40 bits) and a check sign, e.g. `7K2-QM9-4XD`. Says nothing of whom or what. */
export function newDisclosureCode(): string {
  const signs = Array.from({ length: RANDOM_CHARACTERS }, () => randomInt(ALPHABET.length))
  return grouped([...signs, checkSign(signs)].map((sign) => ALPHABET[sign]).join(''))
}

/** The code as written in the store, whatever way it was typed; undefined when its check sign does not hold. */
export function readDisclosureCode(typed: string): string | undefined {
  const plain = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  const signs = [...plain].map((each) => ALPHABET.indexOf(each))
  if (signs.length !== RANDOM_CHARACTERS + 1 || signs.includes(-1)) return undefined
  return checkSign(signs.slice(0, -1)) === signs.at(-1) ? grouped(plain) : undefined
}

const grouped = (plain: string): string => plain.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? ''

// Each place has a weight of its own, so every single wrong sign and every swap of two signs is noticed.
function checkSign(signs: readonly number[]): number {
  let weight = 2
  let sum = 0
  for (const sign of signs) {
    sum ^= multiply(weight, sign)
    weight = multiply(weight, 2)
  }
  return sum
}

function multiply(a: number, b: number): number {
  let product = 0
  let shifted = a
  for (let rest = b; rest > 0; rest >>= 1) {
    if (rest & 1) product ^= shifted
    shifted <<= 1
    if (shifted & FIELD_OVERFLOW) shifted ^= FIELD_POLYNOMIAL
  }
  return product
}

/** A QR of the address where the code is traced, as SVG without styles; `origin` such as `https://shoumi.example.gov.tw`. */
export function disclosureQr(origin: string, code: string): Promise<string> {
  return drawQr(`${origin}/trace?code=${code}`, { type: 'svg', errorCorrectionLevel: 'M', margin: 1 })
}
