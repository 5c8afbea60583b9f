import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const PROJECT = resolve(import.meta.dirname, '..')

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly os?: Words
  readonly cpu?: Words
  readonly libc?: Words
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const read = (file: string): unknown => JSON.parse(readFileSync(join(PROJECT, file), 'utf8'))
const manifest = read('package.json') as Locked & { readonly allowScripts: Readonly<Record<string, boolean>> }
const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> }
const CPUS = ['x64', 'arm64']
/**
 * Installed on a supported platform without a checksum: the installer removes these and says so. The registry that the
 * lock was made from answers "not found" for it, so nobody here has seen the package: the embedded ClickHouse is not to
 * be had on arm64, where SHOUMI_CLICKHOUSE_URL names a server instead.
 */
const WITHOUT_CHECKSUM = ['@chdb/lib-linux-arm64-gnu']

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
// Publishers write one word or a list of them.
type Words = string | readonly string[]
const fits = (words: Words | undefined, values: readonly string[]): boolean =>
  words === undefined || [words].flat().some((each) => values.includes(each))
const installable = Object.entries(packages).filter(
  ([path, { os, cpu, libc }]) => path !== '' && fits(os, ['linux']) && fits(cpu, CPUS) && fits(libc, ['glibc']),
)

test('the lock gives a checksum for every package that a supported platform installs, the named ones apart', () => {
  expect(installable.length).toBeGreaterThan(300)
  const without = installable.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
  expect(without.map(([path]) => nameOf(path))).toEqual(WITHOUT_CHECKSUM)
})

test('what comes as a binary of its own comes for both platforms', () => {
  const names = new Set(Object.keys(packages).map(nameOf))
  const forX64 = installable
    .filter(([, { os, cpu }]) => os && [cpu].flat().includes('x64'))
    .map(([path]) => nameOf(path))
  expect(forX64.length).toBeGreaterThan(6)
  expect(forX64.filter((name) => !names.has(name.replace('x64', 'arm64')))).toEqual([])
})

test('the packages that may run a script of their own are those on a supported platform that have one', () => {
  const withScript = installable.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path))
  const approved = Object.entries(manifest.allowScripts).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []))
  expect(approved.sort()).toEqual(withScript.sort())
})

test('the lock is of this package.json', () => {
  for (const group of ['dependencies', 'devDependencies', 'optionalDependencies'] as const)
    expect(packages['']?.[group]).toEqual(manifest[group])
})
