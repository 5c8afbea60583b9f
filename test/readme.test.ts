import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const PROJECT = resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8')
const english = read('README.md')
const chinese = read('README.zh-TW.md')

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '')
const headings = (text: string): string[] => [...withoutCode(text).matchAll(/^(#+) /gm)].map((match) => match[1] ?? '')
const commands = (text: string): string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? '').trim().split('\n'))
const links = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '').filter((target) => !/^https?:/.test(target))

describe('the two READMEs', () => {
  test('have the same headings in the same order', () => {
    expect(headings(english).length).toBeGreaterThan(5)
    expect(headings(chinese)).toEqual(headings(english))
  })

  test('give the same commands', () => {
    expect(commands(english).length).toBeGreaterThan(5)
    expect(commands(chinese)).toEqual(commands(english))
  })

  test('lead to the same files, pictures aside', () => {
    const pages = (text: string) =>
      links(text).filter((target) => !target.startsWith('README') && !/\.(png|jpe?g|svg)$/.test(target))
    expect(pages(chinese)).toEqual(pages(english))
  })

  test('name npm scripts and mappings that exist', () => {
    const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>
    const named = commands(english).flatMap((line) => /^npm (?:run )?(\S+)/.exec(line)?.[1] ?? [])
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
    const mappings = commands(english).flatMap((line) => /--mapping (\S+)/.exec(line)?.[1] ?? [])
    expect(mappings.length).toBeGreaterThan(0)
    expect(mappings.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([])
  })
})

describe('the papers', () => {
  const papers = [
    ...readdirSync(PROJECT).filter((name) => name.endsWith('.md')),
    ...['docs', 'docs/adr'].flatMap((folder) =>
      readdirSync(join(PROJECT, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`),
    ),
  ]

  test('link only to files that exist', () => {
    expect(papers.length).toBeGreaterThan(10)
    const broken = papers.flatMap((paper) =>
      links(read(paper))
        .filter((target) => !existsSync(resolve(PROJECT, paper, '..', target)))
        .map((target) => `${paper} → ${target}`),
    )
    expect(broken).toEqual([])
  })

  test('name every setting that the program reads', () => {
    const settings = [
      ...new Set([...read('src/program/config.ts').matchAll(/SHOUMI_[A-Z_]+/g)].map((match) => match[0])),
    ]
    expect(settings.length).toBeGreaterThan(5)
    const operations = read('docs/operations.md')
    expect(settings.filter((name) => !operations.includes(name))).toEqual([])
  })

  test('say of every dependency why it is here', () => {
    const packages = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
      Object.keys(packages[group] ?? {}),
    )
    const reasons = read('docs/adr/0006-dependencies.md')
    expect(names.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([])
  })
})
