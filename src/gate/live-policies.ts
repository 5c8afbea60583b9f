import { fail, ok, type Result } from '../base/result.ts'
import type { PolicyDifference, PolicyOpenings } from '../wire/gate-policy.ts'
import type { Catalogue } from './catalogue.ts'
import { createDecider, type Decider } from './decide.ts'
import { bindPolicies, type PolicyBook, type PolicyFiles, readPolicyFiles } from './policy-book.ts'
import { comparePolicies, findOpenings } from './simulate/simulate.ts'

/** The policies of this moment. A change makes a new book; whoever decides takes the whole book of that moment. */
export interface LivePolicies {
  decider(): Decider
  /** who gets in without approval; worked out once for each version, in some ten seconds */
  openings(): Promise<PolicyOpenings>
  /** the policies of a data set, or `common`; undefined: no such file */
  text(file: string): string | undefined
  /** the whole book with one file changed; fails with what is wrong */
  bindWith(file: string, text: string): Result<PolicyBook, string>
  /** what a book changes against the present one */
  compareWith(book: PolicyBook): Promise<PolicyDifference>
  /** takes these texts in place of the files' own, all there are */
  adopt(texts: ReadonlyMap<string, string>): void
}

const COMMON = 'common'

/** Reads the folder's policies; texts adopted later stand over them. Throws when a file is wrong. */
export async function livePolicies(folder: string | undefined, catalogue: Catalogue): Promise<LivePolicies> {
  const files = await readPolicyFiles(folder)
  let present = inForce(files, catalogue)
  return {
    decider: () => present.decider,
    openings: () => present.openings(),
    text: (file) => (file === COMMON ? present.files.common : present.files.dataSets.get(file)),
    bindWith: (file, text) => {
      if (file !== COMMON && !catalogue.dataSet(file)) return fail(`no data set ${file}`)
      try {
        return ok(bindPolicies(replaced(present.files, new Map([[file, text]]))))
      } catch (error) {
        // What is wrong with a policy is said with its file and id; nothing of it is secret.
        return fail(error instanceof Error ? error.message : String(error))
      }
    },
    compareWith: (book) => comparePolicies(present.book, book, catalogue),
    adopt: (texts) => {
      const next = replaced(files, texts)
      if (bindingText(next) !== bindingText(present.files)) present = inForce(next, catalogue)
    },
  }
}

function inForce(files: PolicyFiles, catalogue: Catalogue) {
  const book = bindPolicies(files)
  return {
    files,
    book,
    decider: createDecider(book, catalogue.purpose),
    openings: once(() => findOpenings(book, catalogue)),
  }
}

function replaced(files: PolicyFiles, texts: ReadonlyMap<string, string>): PolicyFiles {
  const dataSets = new Map([...files.dataSets, ...[...texts].filter(([file]) => file !== COMMON)].sort())
  return { ...files, common: texts.get(COMMON) ?? files.common, dataSets }
}

const bindingText = ({ schema, common, dataSets }: PolicyFiles): string =>
  JSON.stringify([schema, common, [...dataSets]])

// A failed attempt is forgotten, so that the next question tries anew.
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return () => {
    known ??= work().catch((error) => {
      known = undefined
      throw error
    })
    return known
  }
}
