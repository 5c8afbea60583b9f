import { createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { cosignedAt } from './cosignature.ts'
import { emptyRoot, hashLeaf, sha256 } from './hash.ts'
import { openNote, parseNote, signNote } from './note.ts'
import { noteKey, noteSigner, parseNoteKey, parsePrivateNoteKey } from './note-key.ts'
import { parsePolicy } from './policy.ts'
import { formatProof, parseProof } from './proof.ts'
import { entriesPath, parseTileIndex, parseTileLevel, tilePath, tilesOf } from './tile.ts'
import { CompactRange, rootOfLeafHashes } from './tree.ts'
import { isConsistent, isIncluded } from './verify-proof.ts'
import { judgeAddCheckpoint, originOf, parseAddCheckpoint, type WitnessedLog } from './witness.ts'

const VECTORS = resolve(import.meta.dirname, '../../../../shared/vectors/tlog')
const isPresent = existsSync(VECTORS)
if (!isPresent) console.warn('outside vectors of transparency logs are not beside this checkout: skipped')
// The shapes are the vectors' own; every field is compared below.
const read = <T>(file: string): T => JSON.parse(readFileSync(join(VECTORS, file), 'utf8')) as T
const bytes = (text: string): Buffer => Buffer.from(text, 'base64')
const hashes = (proof: readonly string[] | null): Buffer[] => (proof ?? []).map(bytes)

interface MerkleCase {
  desc: string
  wantErr: boolean
  proof: string[] | null
  leafIdx: string
  treeSize: string
  root: string
  leafHash: string
  size1: string
  size2: string
  root1: string
  root2: string
}

describe.skipIf(!isPresent)('outside vectors', () => {
  test('hash leaves and nodes as RFC 6962', () => {
    const cases =
      read<{ want: string; leafUtf8?: string; leftUtf8?: string; rightUtf8?: string }[]>('merkle/rfc6962-hashes.json')
    const answer = (each: (typeof cases)[number]): Buffer => {
      if (each.leafUtf8 !== undefined) return hashLeaf(Buffer.from(each.leafUtf8))
      if (each.leftUtf8 === undefined) return emptyRoot()
      // "raw bytes, not hashes": shorter than hashes, so this one is put together by hand
      return sha256(Buffer.from(`\u0001${each.leftUtf8}${each.rightUtf8}`))
    }
    expect(cases.map((each) => answer(each).toString('hex'))).toEqual(cases.map(({ want }) => want))
  })

  test('accept and refuse every inclusion proof', () => {
    const cases = read<MerkleCase[]>('merkle/inclusion.json')
    expect(cases.length).toBe(98)
    const wrong = cases.filter((each) => {
      const claim = { index: Number(each.leafIdx), size: Number(each.treeSize), proof: hashes(each.proof) }
      return isIncluded({ ...claim, leafHash: bytes(each.leafHash), root: bytes(each.root) }) === each.wantErr
    })
    expect(wrong.map(({ desc }) => desc)).toEqual([])
  })

  test('accept and refuse every consistency proof', () => {
    const cases = read<MerkleCase[]>('merkle/consistency.json')
    expect(cases.length).toBe(98)
    const wrong = cases.filter((each) => {
      const claim = { oldSize: Number(each.size1), size: Number(each.size2), proof: hashes(each.proof) }
      return isConsistent({ ...claim, oldRoot: bytes(each.root1), root: bytes(each.root2) }) === each.wantErr
    })
    expect(wrong.map(({ desc }) => desc)).toEqual([])
  })

  test('open, refuse and sign every note', () => {
    const file = read<{
      signing: { skey: string; text: string; want: string }[]
      open: { desc: string; noteB64: string; vkeys: string[]; want: { ok: boolean; verified?: string[] } }[]
      vkeys: { vkey: string; valid: boolean }[]
    }>('signed-note.json')
    for (const each of file.signing) {
      const signer = parsePrivateNoteKey(each.skey)
      expect(signer && signNote(each.text, [signer])).toBe(each.want)
    }
    for (const each of file.open) {
      const keys = each.vkeys.flatMap((vkey) => parseNoteKey(vkey) ?? [])
      const opened = openNote(bytes(each.noteB64), keys)
      expect([each.desc, opened.ok]).toEqual([each.desc, each.want.ok])
      if (opened.ok) expect(opened.value.signedBy.map(({ name }) => name)).toEqual(each.want.verified)
    }
    expect(file.vkeys.map(({ vkey }) => parseNoteKey(vkey) !== undefined)).toEqual(file.vkeys.map(({ valid }) => valid))
  })

  test('read checkpoints, and demand a root of 32 bytes where the vectors do not', () => {
    const cases = read<{ desc: string; body: string; ok: boolean }[]>('checkpoint-body.json')
    const rootBytes = (body: string) => bytes(body.split('\n')[2] ?? '').length
    const wrong = cases.filter(
      ({ body, ok }) => (parseCheckpoint(body) !== undefined) !== (ok && rootBytes(body) === 32),
    )
    expect(wrong.map(({ desc }) => desc)).toEqual([])
  })

  test('verify cosignatures and their times', () => {
    for (const each of read<{ vkey: string; note: string; valid: boolean; time?: number }[]>('cosignature-v1.json')) {
      const key = parseNoteKey(each.vkey)
      const note = parseNote(each.note)
      if (!key || !note.ok) throw new Error('vector unreadable')
      expect(cosignedAt(note.value, key)?.getTime()).toBe(each.valid ? (each.time ?? 0) * 1000 : undefined)
    }
  })

  test('write and refuse proofs', () => {
    const file = read<{
      marshal: { index: string; extraB64?: string; hashes: string[]; checkpoint: string; want: string }[]
      malformed: { desc: string; text: string }[]
    }>('tlog-proof.json')
    for (const each of file.marshal) {
      const proof = { index: Number(each.index), hashes: hashes(each.hashes), checkpoint: each.checkpoint }
      const whole = each.extraB64 === undefined ? proof : { ...proof, extra: bytes(each.extraB64) }
      expect(formatProof(whole)).toBe(each.want)
      expect(parseProof(each.want)).toEqual({ ok: true, value: whole })
    }
    expect(file.malformed.filter(({ text }) => parseProof(text).ok).map(({ desc }) => desc)).toEqual([])
  })

  test('read policies, and refuse one key under two names as the specification does', () => {
    const file = read<{ valid: { desc: string; policy: string }[]; invalid: { desc: string; policy: string }[] }>(
      'tlog-policy.json',
    )
    const isDoubled = (policy: string) => {
      const keys = [...policy.matchAll(/witness\s+\S+\s+(\S+)/g)].map((match) => match[1])
      return new Set(keys).size !== keys.length
    }
    for (const { desc, policy } of file.valid)
      expect([desc, parsePolicy(policy).ok]).toEqual([desc, !isDoubled(policy)])
    expect(file.invalid.filter(({ policy }) => parsePolicy(policy).ok).map(({ desc }) => desc)).toEqual([])
  })

  test('name tiles and bundles, and read their names, up to the largest exact number', () => {
    const file = read<{
      tile: { level: number; index: string; partial: number; path: string }[]
      entriesForLeaf: { seq: string; size: string; path: string }[]
      parse: { pathLevel: string; pathIndex: string; ok: boolean; index?: string; partial?: number }[]
    }>('tile-paths.json')
    for (const { level, index, partial, path } of file.tile)
      expect(tilePath({ level, index: Number(index), width: partial || 256 })).toBe(path)
    for (const { seq, size, path } of file.entriesForLeaf) {
      const index = Math.floor(Number(seq) / 256)
      expect(entriesPath(index, Math.min(256, Number(size) - index * 256))).toBe(path)
    }
    for (const { pathLevel, pathIndex, ok, index, partial } of file.parse) {
      const level = parseTileLevel(pathLevel)
      const parsed = level === undefined ? undefined : parseTileIndex(pathIndex)
      const isExact = Number.isSafeInteger(Number(index ?? 0))
      expect([pathIndex, parsed]).toEqual([
        pathIndex,
        ok && isExact ? { index: Number(index), width: partial || 256 } : undefined,
      ])
    }
    const tiles = [...tilesOf(70_000)]
    expect(tiles.filter(({ level }) => level === 0)).toHaveLength(274)
    expect(tiles.filter(({ width }) => width < 256).map(({ level, width }) => [level, width])).toEqual([
      [0, 112],
      [1, 17],
      [2, 1],
    ])
  })

  test('answer a witness’s eleven requests in order', () => {
    const file = read<{
      origin: string
      logEd25519PublicKeyHex: string
      steps: { name: string; body: string; wantCode: number; wantBodyContains: string }[]
    }>('witness-add-checkpoint.json')
    const key = noteKey(file.origin, 1, Buffer.from(file.logEd25519PublicKeyHex, 'hex'))
    const signer = noteSigner('example.com/witness', 4, Buffer.alloc(32, 7))
    let log: WitnessedLog = { key, last: undefined }
    for (const step of file.steps) {
      const request = parseAddCheckpoint(step.body)
      const known = request && originOf(request) === file.origin ? log : undefined
      const answer = request
        ? judgeAddCheckpoint(request, known, signer, new Date('2026-01-01T00:00:00Z'))
        : { status: 400, body: '' }
      // Older vectors answer 403 for an origin nobody knows; the specification says 404. These say 404.
      expect([step.name, answer.status]).toEqual([step.name, step.wantCode])
      if (step.wantCode === 409) expect(answer.body).toBe(step.wantBodyContains)
      if ('next' in answer) log = { key, last: answer.next }
    }
    expect(log.last?.size).toBe(5)
  })

  test('re-derive a published log of 15 entries at each of its 16 sizes', () => {
    const expected = read<{ vkey: string; leaves: string[] }>('tessera-log/expected.json')
    const key = parseNoteKey(expected.vkey)
    if (!key) throw new Error('vector unreadable')
    const range = new CompactRange()
    for (let size = 0; size <= expected.leaves.length; size++) {
      const opened = openCheckpoint(readFileSync(join(VECTORS, `tessera-log/checkpoint.${size}`)), key)
      if (!opened.ok) throw new Error(opened.error)
      expect([opened.value.checkpoint.size, opened.value.checkpoint.root.equals(range.root())]).toEqual([size, true])
      range.append(hashLeaf(Buffer.from(expected.leaves[size] ?? '')))
    }
  })

  test('re-derive the tiles of a log that crosses a tile’s edge', () => {
    const leaves = Buffer.concat(Array.from({ length: 300 }, (_, i) => hashLeaf(Buffer.from(`record ${i}`))))
    const tile = (path: string) => readFileSync(join(VECTORS, 'tlog-300', path))
    expect(tile(tilePath({ level: 0, index: 0, width: 256 })).equals(leaves.subarray(0, 8192))).toBe(true)
    expect(tile(tilePath({ level: 0, index: 1, width: 44 })).equals(leaves.subarray(8192))).toBe(true)
    expect(tile(tilePath({ level: 1, index: 0, width: 1 })).equals(rootOfLeafHashes(leaves.subarray(0, 8192)))).toBe(
      true,
    )
    const note = parseNote(tile('checkpoint'))
    expect(note.ok && parseCheckpoint(note.value.text)?.root.equals(rootOfLeafHashes(leaves))).toBe(true)
  })

  test('accept no Ed25519 edge case that Go refuses, and refuse keys and points of low order besides', () => {
    const cases = read<{ key: string; sig: string; msg: string; flags: string[] | null }[]>('ed25519-edge.json')
    const isValid = ({ key, sig, msg }: (typeof cases)[number]): boolean => {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key, 'hex').toString('base64url') }
      return verify(null, Buffer.from(msg), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(sig, 'hex'))
    }
    const expected = ({ flags }: (typeof cases)[number]): boolean =>
      !['non_canonical_R', 'low_order_residue', 'low_order_A', 'low_order_R'].some((flag) => flags?.includes(flag))
    expect(cases.length).toBe(914)
    expect(cases.filter((each) => isValid(each) !== expected(each))).toEqual([])
  })
})
