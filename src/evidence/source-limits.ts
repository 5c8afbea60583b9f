/*
 * What a file may hold. Each limit is counted while the file is read, before anything is made of it, so that a small file
 * that unfolds into a huge one costs little more than its own bytes.
 */

/** Columns of a sheet. */
export const MAX_COLUMNS = 256
/** Characters in one cell of a workbook: what Excel holds. */
export const MAX_CELL_CHARACTERS = 32_767
/** Characters in all cells of one row of a sheet, as for a record of text. */
export const MAX_ROW_CHARACTERS = 1024 * 1024
/** Rows of one sheet, repeated ones counted each. Excel ends at 1,048,576. */
export const MAX_SHEET_ROWS = 2_000_000
/** What all rows of a sheet may come to; more than any office's sheet, less than a disk. */
export const MAX_SHEET_BYTES = 2 * 1024 ** 3

export const MAX_XML_DEPTH = 64
export const MAX_XML_ATTRIBUTES = 64
/** Characters without any tag, text or attribute ending: a name, value or comment that never ends. */
export const MAX_XML_TOKEN_CHARACTERS = 1024 * 1024

export const MAX_ARCHIVE_ENTRIES = 10_000
export const MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
export const MAX_PART_BYTES = 2 * 1024 ** 3
/** Parts that only describe the workbook: its list of sheets, relationships, manifest, styles. */
export const MAX_SMALL_PART_BYTES = 64 * 1024 * 1024
export const MAX_EXPANSION = 200
export const EXPANSION_GRACE_BYTES = 64 * 1024 * 1024

export const MAX_SHARED_STRINGS = 5_000_000
export const MAX_SHARED_BYTES = 256 * 1024 * 1024
/** Entries of each list in a workbook's descriptions: sheets, relationships, formats, styles, hidden styles. */
export const MAX_LISTED = 65_536
export const MAX_MERGED_RANGES = 200_000
