/** Emails that failed within this time need attention. */
export const FAILED_MAIL_DAYS = 7;
