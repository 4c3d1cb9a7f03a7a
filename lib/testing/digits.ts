/** A phone number in digits, however it was written. */
export function digits(phone: string): string {
  return phone.replace(/\D/g, '');
}
