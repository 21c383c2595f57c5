/** English texts of one's own account, and the shape of its catalogues. */

import type { Plural } from "./en";

export const accountEn = {
  "account.title": "Your account",
  "account.of": "Your account: {name}",

  "account.you": "About you",
  "account.roles": "Here you are",
  "account.name": "Name",
  "account.nameMissing": "Please enter your name.",
  "account.emailHint": "Your school's administration changes it for you.",
  "account.noEmail": "Your school knows none.",
  "account.confirmed": "Confirmed",
  "account.unconfirmed": "Not confirmed",
  "account.sendLink": "Send me the link again",
  "account.linkSent": "A link is on its way to that address. Open it to confirm that the address is yours.",
  "account.language": "Language of messages to you",
  "account.languageNone": "Not chosen: English",
  "account.languageHint": "For mail. The language of these pages is chosen in the settings above.",

  "account.current": "Current password",
  "account.currentMissing": "Please enter your current password.",
  "account.passwordHint": "With a new password you are signed out everywhere else.",
  "account.showPasswords": "Show what I type",
  "account.changePassword": "Change the password",
  "account.passwordChanged": "Your password is changed. You are signed out everywhere else.",

  "account.sessions": "Where you are signed in",
  "account.sessionsLead": "If you do not know one of these, sign it out and change your password.",
  "account.onSystem": "{browser} on {system}",
  "account.program": "A program",
  "account.unknownDevice": "An unknown device",
  "account.here": "Here",
  "account.since": "Signed in {time}",
  "account.lastUsed": "Last used {time}",
  "account.signOutOf": "Sign out: {device}",
  "account.signOutOthers": "Sign out everywhere else",
  "account.signedOutOf": "Signed out: {device}",
  "account.signedOutOthers": "You are signed out everywhere else.",

  "account.data": "Your data",
  "account.exportLead":
    "All that this school keeps about you, in one file: your courses, answers and marks, what you wrote and drew in classes, and who looked at it. The file is JSON, which programs read.",
  "account.export": "Make the file",
  "account.exportOf": "Make a file of all data about {name}",
  "account.exporting": "Collecting the data…",
  "account.exported": "The file is ready.",
  "account.keepFile": "Download the file ({size})",
  "account.stop": "Stop",

  "account.erasure": "Erasure",
  "account.erasureAsk":
    "You may ask your school to erase what it keeps about you. Its administration does that; please write to them. It cannot be taken back.",
  "account.erasureLead": "As an administrator you can have everything about you erased yourself. It cannot be taken back.",
  "account.erase": "Erase everything about me",
  "account.eraseSure": "Erase everything about you?",
  "account.eraseWarning":
    "Your account ends at once, and your name, address and password are erased with it. What you wrote, drew and said in classes follows soon after. Nobody can bring it back.",
  "account.eraseStays": "What stays: that somebody without a name took part in your courses. If you want to keep your data, make the file first.",
  "account.eraseType": "To confirm, type your name: {name}",
  "account.eraseMismatch": "That is not your name as it stands here: {name}",
  "account.erased": "Everything about you is being erased. You are signed out.",

  "consent.title": "Consent of a guardian",
  "consent.waits": "A guardian has not consented yet. Until then you watch live classes without writing or speaking in them, under your first name and an initial.",
  "consent.givenToYou": "A guardian consented on {time}. You take part in everything.",
  "consent.guardians": "This is for {names} to decide.",
  "consent.noGuardian": "Your school knows no guardian of yours yet. Please tell its administration who that is.",
  "consent.wards": "Those you answer for",
  "consent.notNeeded": "No consent is needed for {name}.",
  "consent.open": "Nobody has consented yet.",
  "consent.givenByYou": "You consented on {time}.",
  "consent.givenByOther": "Another guardian consented on {time}.",
  "consent.withdrawnByYou": "You withdrew the consent on {time}.",
  "consent.withdrawnByOther": "Another guardian withdrew the consent on {time}.",
  "consent.means": "Without consent, {name} watches live classes without writing or speaking in them, under a first name and an initial.",
  "consent.give": "Give consent for {name}",
  "consent.withdraw": "Withdraw consent for {name}",
  "consent.withdrawDo": "Withdraw consent",
  "consent.withdrawSure": "{name} is sent out of classes that are open now, and can come back to watch. You can consent again at any time.",
  "consent.isGiven": "You have consented for {name}.",
  "consent.isWithdrawn": "The consent for {name} is withdrawn.",

  "problem.wrong-password": "The current password is not right.",
  "problem.password-weak":
    "That password is too easy to guess: often used, too little variety, or your own address. A few words in a row are fine.",
  "problem.too-many-requests": "That was tried too often. Wait a little, then try again.",
  "problem.nothing-to-confirm": "Your address is confirmed already. Load the page again.",
  "problem.export-cut": "The connection was lost before the file was whole. Please make it again.",
  "problem.last-administrator": "A school needs an administrator, and you are its only one. Make somebody else one first.",
  "problem.erased-already": "Everything about this person is being erased already.",
} as const satisfies Record<string, string | Plural>;

export type AccountKey = keyof typeof accountEn;
