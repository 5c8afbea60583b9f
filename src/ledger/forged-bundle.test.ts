import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import { logSigner, makeBundle, witnessSigner } from './bundle.fixture.ts'
import { fingerprintOf } from './fingerprint.ts'
import { examine, type Seen } from './page-script.fixture.ts'
import { formatNoteKey, LOG_KEY, noteSigner } from './tlog/note-key.ts'

const whole = makeBundle()
const vkey = formatNoteKey(logSigner.key)
const own = noteSigner(logSigner.key.name, LOG_KEY, Buffer.alloc(32, 66))

interface BundleRecord {
  [name: string]: Json
  facets: { name: string; salt?: string; bytes?: string; hash?: string }[]
  hashes: string[]
  index: number
  checkpoint: string
  leaf: string
}

const written = (record: Json): string => canonicalJson(record).replaceAll('<', '\\u003c')
const altered = (change: (record: BundleRecord) => unknown): string => {
  const record: BundleRecord = JSON.parse(whole.text)
  change(record)
  return written(record)
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const provedIn = ({ key, index, size, facets, signed }: Seen) => ({ key, index, size, facets, signed })

describe('the evidence page shows as proved only what was hashed', () => {
  test('an unaltered file verifies against its key, completely so once the reader brought the key from elsewhere', async () => {
    expect(await examine(whole.text)).toMatchObject({ verdict: 'unpinned', index: 256, size: 300 })
    const pins = [vkey, `log ${vkey} https://log.example`, fingerprintOf(logSigner.key), whole.checkpoint]
    for (const pin of [...pins, fingerprintOf(logSigner.key).replaceAll(' ', '-'), `守密\n\n${vkey}\n`])
      expect([pin, (await examine(whole.text, pin)).verdict]).toEqual([pin, 'good'])
    expect(await examine(whole.text, '某某')).toMatchObject({ verdict: 'unpinned', compared: 'unreadable' })
  })

  const five = ['when', 'who', 'whom', 'what', 'why', 'result'] as const
  test.each(five)('text put beside the kept hash of %s, its salt taken away, is refused', async (name) => {
    const forged = altered(({ facets }) => {
      const facet = facets.find((each) => each.name === name)
      const hash = makeBundle({ withheld: [name] }).input.opened.facets.find((each) => each.name === name)?.hash
      Object.assign(facet ?? {}, { bytes: base64('{"reason":"無"}'), hash: hash?.toString('base64') })
      delete facet?.salt
    })
    expect(await examine(forged)).toMatchObject({ verdict: 'bad' })
    expect(await examine(forged)).not.toHaveProperty('facets')
  })

  const fillings: readonly [string, object][] = [
    ['salt and text', { salt: base64('0123456789abcdef'), bytes: base64('{"place":"x"}') }],
    ['text alone', { bytes: base64('{"place":"x"}') }],
    ['a salt alone', { salt: base64('0123456789abcdef') }],
    ['an empty text', { salt: base64('0123456789abcdef'), bytes: '' }],
    ['a hash and text', { hash: Buffer.alloc(32).toString('base64'), bytes: base64('{"place":"x"}') }],
    ['another hash', { hash: Buffer.alloc(32).toString('base64') }],
  ]
  test.each(fillings)('a facet that was not there cannot be filled in with %s', async (_, filling) => {
    const forged = altered(({ facets }) => Object.assign(facets.find(({ name }) => name === 'where') ?? {}, filling))
    expect((await examine(forged)).verdict).toBe('bad')
  })

  const liberties: readonly [string, (record: BundleRecord) => unknown][] = [
    ['a facet too few', ({ facets }) => facets.pop()],
    ['a facet twice', ({ facets }) => facets.push({ name: 'attachments' })],
    ['two facets exchanged', ({ facets }) => facets.reverse()],
    ['a facet under a look-alike name', ({ facets }) => Object.assign(facets[1] ?? {}, { name: 'whо' })],
    ['a facet under a full-width name', ({ facets }) => Object.assign(facets[1] ?? {}, { name: 'ｗｈｏ' })],
    ['a field more', (record) => Object.assign(record, { verdict: 'good' })],
    ['a field more in a facet', ({ facets }) => Object.assign(facets[1] ?? {}, { text: 'x' })],
    ['a name that every object has', ({ facets }) => Object.assign(facets[1] ?? {}, { toString: 'x' })],
    ['an index as text', (record) => Object.assign(record, { index: '256' })],
    ['an index between two', (record) => Object.assign(record, { index: 256.5 })],
    ['an index below none', (record) => Object.assign(record, { index: -1 })],
    ['another index', (record) => Object.assign(record, { index: 257 })],
    [
      'a leaf of another month',
      (record) =>
        Object.assign(record, {
          leaf: Buffer.from([1, 1, 0, 9, ...Buffer.from(record.leaf, 'base64').subarray(4)]).toString('base64'),
        }),
    ],
    ['base64 with a blank in it', (record) => Object.assign(record, { leaf: ` ${record.leaf}` })],
    [
      'another root',
      (record) =>
        Object.assign(record, {
          checkpoint: record.checkpoint.replace(/\n[A-Za-z0-9+/]{43}=/, `\n${Buffer.alloc(32).toString('base64')}`),
        }),
    ],
    [
      'another size',
      (record) => Object.assign(record, { checkpoint: record.checkpoint.replace('\n300\n', '\n301\n') }),
    ],
    [
      'a size in full-width digits',
      (record) => Object.assign(record, { checkpoint: record.checkpoint.replace('\n300\n', '\n３００\n') }),
    ],
    [
      'an extension line',
      (record) => Object.assign(record, { checkpoint: record.checkpoint.replace('\n\n', '\n核驗通過\n\n') }),
    ],
    [
      'a look-alike origin',
      (record) => Object.assign(record, { checkpoint: record.checkpoint.replaceAll('example', 'exаmple') }),
    ],
    [
      'no signature of the log',
      (record) => Object.assign(record, { checkpoint: record.checkpoint.replace(/— log\S+ \S+\n/, '') }),
    ],
    ['a hash too many', ({ hashes }) => hashes.push(hashes[0] ?? '')],
    ['a hash too few', ({ hashes }) => hashes.pop()],
    ['no leaf', (record) => Reflect.deleteProperty(record, 'leaf')],
    ['another format', (record) => Object.assign(record, { format: 'shoumi-bundle@v1' })],
    [
      'nothing at all',
      (record) => {
        for (const key of Object.keys(record)) Reflect.deleteProperty(record, key)
      },
    ],
  ]
  test.each(liberties)('refuses %s', async (_, change) => {
    expect((await examine(altered(change))).verdict).toBe('bad')
  })

  test('refuses a name given twice, white space, and any other way of writing the same', async () => {
    const twice = whole.text.replace('"index":256', '"index":7,"index":256')
    const facet = whole.text.replace('"name":"who"', '"name":"why","name":"who"')
    for (const text of [
      twice,
      facet,
      ` ${whole.text}`,
      whole.text.replace('256', '2.56e2'),
      `[${whole.text}]`,
      'null',
      '',
    ])
      expect((await examine(text)).verdict).toBe('bad')
  })

  test('a file signed whole with a key of one’s own never looks like the log’s to who compares', async () => {
    const forged = makeBundle({ signer: own, reason: '上級交辦' })
    const seen = await examine(forged.text)
    expect(seen.verdict).toBe('unpinned')
    expect(seen.key?.origin).toBe(logSigner.key.name)
    expect(seen.key?.fingerprint).not.toBe(fingerprintOf(logSigner.key))
    for (const pin of [vkey, fingerprintOf(logSigner.key), whole.checkpoint]) {
      const compared = await examine(forged.text, pin)
      expect(compared).toMatchObject({ verdict: 'bad', compared: 'differs' })
      expect(compared).not.toHaveProperty('facets')
    }
  })

  test('tells two logs under one key when the reader brings a checkpoint of the same size', async () => {
    const other = makeBundle({ reason: '另一本' })
    expect(await examine(whole.text, other.checkpoint)).toMatchObject({ verdict: 'bad', compared: 'fork' })
  })

  test('writes letters of another script in the name of a log as their numbers', async () => {
    const looksAlike = noteSigner('lоg.example.gov.tw/events', LOG_KEY, Buffer.alloc(32, 5))
    expect((await examine(makeBundle({ signer: looksAlike }).text)).key?.origin).toBe(
      'l〔U+043E〕g.example.gov.tw/events',
    )
  })

  test('shows signs that hide or turn text as their numbers', async () => {
    const { facets } = await examine(makeBundle({ reason: '案\u202e件\u200b' }).text)
    expect(facets?.find(([name]) => name.startsWith('事由'))?.[1]).toEqual([
      ['事由 Reason', '案〔U+202E〕件〔U+200B〕'],
    ])
  })

  test('sets office, event id, dates and lines of others apart as not proved', async () => {
    const stamp = { at: new Date('2026-11-24T00:00:00Z'), token: Buffer.from('token') }
    const { unproved, facets, signed } = await examine(makeBundle({ stamp }).text)
    expect(unproved?.map(([, value]) => value)).toEqual([
      '雲山縣政府',
      '01944d6e-0000-7000-8000-000000000001',
      '2026-11-23T01:00:00.000Z',
      '2026-11-24T00:00:00.000Z',
      witnessSigner.key.name,
    ])
    expect(JSON.stringify(facets)).not.toContain('雲山縣政府')
    expect(signed).not.toContain(witnessSigner.key.name)
  })

  test('shows a withheld side as withheld and nothing in its place', async () => {
    const { facets, verdict } = await examine(makeBundle({ withheld: ['whom', 'why', 'where'] }).text)
    expect(verdict).toBe('unpinned')
    const words = '（未揭示或已依法銷毀 withheld or lawfully erased）'
    expect(facets?.filter(([, [first]]) => first?.[1] === words).map(([name]) => name)).toEqual([
      '當事人 Whom',
      '事由 Why',
    ])
  })
})

describe('whatever single thing of a file is changed', () => {
  const original = examine(whole.text).then(provedIn)

  test('what is then shown as proved is what was shown before, or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.text.length - 1),
        fc.constantFrom(...ALTERATIONS),
        fc.string(),
        async (at, alter, text) => {
          const seen = await examine(alter(whole.text, at, text))
          if (seen.verdict !== 'bad') expect(provedIn(seen)).toEqual(await original)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('every field, taken away, emptied or exchanged for another of its kind, is refused or not shown as proved', async () => {
    const paths = pathsOf(JSON.parse(whole.text))
    expect(paths.length).toBeGreaterThan(30)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom(...paths),
        fc.constantFrom('drop', 'empty', 'null', 'swap', 'flip'),
        async (path, other, how) => {
          const record: Json = JSON.parse(whole.text)
          if (!changeAt(record, path, how, valueAt(JSON.parse(whole.text), other))) return
          const seen = await examine(written(record))
          if (seen.verdict === 'bad') return
          expect({ path, ...provedIn(seen) }).toEqual({ path, ...(await original) })
        },
      ),
      { numRuns: 400 },
    )
  })
})

type Alteration = (whole: string, at: number, text: string) => string
const ALTERATIONS: readonly Alteration[] = [
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at, other) => text.slice(0, at) + other + text.slice(at),
  (text, at, other) => text.slice(0, at) + other + text.slice(at + other.length),
  (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 0xfee0) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at, at + 9) + text.slice(at),
  (text, at) => text.slice(0, at),
]

type Path = readonly (string | number)[]
function pathsOf(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path]
  const below = Object.entries(value).flatMap(([key, each]) => pathsOf(each as Json, [...path, key]))
  return path.length === 0 ? below : [path, ...below]
}
const valueAt = (value: Json, path: Path): Json =>
  path.reduce<Json>((found, key) => (found as Record<string, Json>)[key] ?? null, value)

function changeAt(root: Json, path: Path, how: string, other: Json): boolean {
  const parent = valueAt(root, path.slice(0, -1)) as Record<string, Json>
  const key = path.at(-1) ?? ''
  const value = parent[key] ?? null
  const changed = {
    empty: typeof value === 'string' ? '' : Array.isArray(value) ? [] : {},
    null: null,
    swap: other,
    flip: flipped(value),
  }[how]
  if (changed === undefined) Reflect.deleteProperty(parent, key)
  else parent[key] = changed as Json
  return true
}

function flipped(value: Json): Json {
  if (typeof value === 'number') return value + 1
  if (typeof value !== 'string') return [value]
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value || bytes.length === 0) return `${value}.`
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  return bytes.toString('base64')
}
