/**
 * Where a mapping's source column is: 1-based places of the header's names that are written so or, when none is, that
 * differ in white space only (offices break names over lines); or the one place named as `#3`. None: the file lacks it.
 * Several: it must be named by its place.
 */
export function columnPlaces(header: readonly string[], name: string): readonly number[] {
  const position = /^#(\d{1,3})$/.exec(name)?.[1]
  if (position !== undefined)
    return Number(position) >= 1 && Number(position) <= header.length ? [Number(position)] : []
  const exact = placesWhere(header, (each) => each === name)
  return exact.length > 0 ? exact : placesWhere(header, (each) => bare(each) === bare(name))
}

const bare = (name: string): string => name.normalize('NFKC').replace(/[\s\u200b\ufeff]+/g, '')

const placesWhere = (header: readonly string[], isIt: (name: string) => boolean): number[] =>
  header.flatMap((each, i) => (isIt(each) ? [i + 1] : []))
