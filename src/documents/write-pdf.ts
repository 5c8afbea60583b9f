import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { assert } from '../base/assert.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { CJK_FAMILIES, type CjkFont, findCjkFont, SYSTEM_FONT_FOLDERS } from './cjk-fonts.ts'
import { type Coverage, drawable, readCoverage } from './glyph-coverage.ts'

export interface PdfRequest {
  /** Typst source. Reads its data with `json(bytes(sys.inputs.data))`; nothing of the data is ever part of the source. */
  readonly template: string
  /** plain JSON data */
  readonly data: object
  /** stands in the file as its date: the same request gives the same bytes */
  readonly date: Date
  readonly fontFolders?: readonly string[]
}

/** `font-missing`: tell the person to install a font (see `advice`). `compile-failed`: the template does not fit the data; report it. */
export type PdfFailure =
  | { readonly code: 'font-missing'; readonly advice: string; readonly adviceEn: string }
  | { readonly code: 'compile-failed'; readonly stage: 'layout' | 'export' }

export interface Pdf {
  readonly bytes: Uint8Array
  /** characters shown by their number because the font cannot draw them */
  readonly missing: readonly string[]
}

interface Press {
  readonly compiler: NodeCompiler
  readonly coverage: Coverage
}

// Fonts are read once per folder list: 70 ms, against 12 ms for a page.
const presses = new Map<string, Press>()
const CACHE_AGE = 10

/**
 * Sets a page with Typst and writes it as tagged PDF/A-2a: readable by screen readers, self-contained, fit for keeping.
 * `data.missing` tells the template which characters the font lacks.
 */
export function renderPdf(request: PdfRequest): Result<Pdf, PdfFailure> {
  const folders = request.fontFolders ?? SYSTEM_FONT_FOLDERS
  const font = findCjkFont(folders)
  if (!font) return fail(fontMissing)
  const { compiler, coverage } = pressFor(font)
  // Whatever a template's maker forgot: nothing unseen gets onto paper. Places to break are added after this.
  const shown = drawable(request.data, coverage)
  const missing = shown.missing.map(
    (sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  const inputs = {
    data: JSON.stringify({
      ...shown.data,
      missing,
      families: CJK_FAMILIES,
      date: request.date.toISOString().slice(0, 10),
    }),
  }
  const compiled = compiler.compile({ mainFileContent: request.template, inputs })
  const document = compiled.result
  if (!document) return fail({ code: 'compile-failed', stage: 'layout' })
  try {
    const bytes = compiler.pdf(document, {
      pdfStandard: 'a-2a',
      pdfTags: true,
      creationTimestamp: Math.floor(request.date.getTime() / 1000),
    })
    return ok({ bytes, missing: shown.missing })
  } catch (error) {
    // The compiler throws its own validator's findings; anything else is a bug and goes on.
    assert(error instanceof Error, 'the compiler throws errors')
    return fail({ code: 'compile-failed', stage: 'export' })
  } finally {
    compiler.evictCache(CACHE_AGE)
  }
}

function pressFor(font: CjkFont): Press {
  const known = presses.get(font.file)
  if (known) return known
  // The workspace is a folder that does not exist: a template reads no file of this machine.
  const compiler = NodeCompiler.create({
    fontArgs: [{ fontPaths: [font.folder] }],
    workspace: `${import.meta.dirname}/no-files`,
  })
  const press = { compiler, coverage: readCoverage(font.file) }
  presses.set(font.file, press)
  return press
}

const fontMissing: PdfFailure = {
  code: 'font-missing',
  advice: '這部電腦沒有可用的中文字型。請安裝後再試：apt-get install fonts-noto-cjk',
  adviceEn: 'This machine has no font for Chinese. Install one and try again: apt-get install fonts-noto-cjk',
}
