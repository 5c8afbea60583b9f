/**
 * Whether tests draw many worlds (`npm run test:thorough`, for a night) instead of as many as fit a run before each landing.
 * What is checked of each is the same.
 */
export const isThorough = process.env['SHOUMI_TEST_THOROUGH'] === 'yes'

/** How many of something are drawn: `few` before each landing, `many` in a thorough run. */
export const drawn = (few: number, many: number): number => (isThorough ? many : few)
