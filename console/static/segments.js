/**
 * How a text is counted as SMS. 160 letters of the GSM alphabet make one message, 153 each of several; one letter
 * outside of it makes all of them 70, 67 each of several. Letters in braces take two places. 3GPP TS 23.038, 23.040.
 */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const DOUBLE = new Set("\f^{}\\[~]|€");

/** count: messages; left: places left in the last; why: the first letter that makes every message shorter, or "". */
export function segmentsOf(text) {
  const why = [...text].find((letter) => !BASIC.has(letter) && !DOUBLE.has(letter)) ?? "";
  const sizes = why ? [...text].map((letter) => letter.length) : [...text].map((letter) => (DOUBLE.has(letter) ? 2 : 1));
  const [whole, part] = why ? [70, 67] : [160, 153];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= whole) return { count: 1, left: whole - total, why };
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      count += 1; // a letter of two places is not torn apart
      used = 0;
    }
    used += size;
  }
  return { count, left: part - used, why };
}
