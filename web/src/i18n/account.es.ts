/** Spanish texts of one's own account. */

import type { AccountKey } from "./account.en";
import type { Entries } from "./translate";

export const accountEs: Entries<AccountKey> = {
  "account.title": "Tu cuenta",
  "account.of": "Tu cuenta: {name}",

  "account.you": "Sobre ti",
  "account.roles": "Aquí eres",
  "account.name": "Nombre",
  "account.nameMissing": "Escribe tu nombre.",
  "account.emailHint": "La administración de tu escuela puede cambiarlo.",
  "account.noEmail": "Tu escuela no conoce ninguno.",
  "account.confirmed": "Confirmado",
  "account.unconfirmed": "Sin confirmar",
  "account.sendLink": "Enviarme otra vez el enlace",
  "account.linkSent": "Un enlace va de camino a esa dirección. Ábrelo para confirmar que es tuya.",
  "account.language": "Idioma de los mensajes para ti",
  "account.languageNone": "Sin elegir: inglés",
  "account.languageHint": "Para el correo. El idioma de estas páginas se elige arriba, en los ajustes.",

  "account.current": "Contraseña actual",
  "account.currentMissing": "Escribe tu contraseña actual.",
  "account.passwordHint": "Con una contraseña nueva se cierran tus demás sesiones.",
  "account.showPasswords": "Mostrar lo que escribo",
  "account.changePassword": "Cambiar la contraseña",
  "account.passwordChanged": "Tu contraseña ha cambiado. Tus demás sesiones se han cerrado.",

  "account.sessions": "Dónde tienes una sesión abierta",
  "account.sessionsLead": "Si no conoces alguna, ciérrala y cambia tu contraseña.",
  "account.onSystem": "{browser} en {system}",
  "account.program": "Un programa",
  "account.unknownDevice": "Un dispositivo desconocido",
  "account.here": "Aquí",
  "account.since": "Abierta el {time}",
  "account.lastUsed": "Usada por última vez el {time}",
  "account.signOutOf": "Salir: {device}",
  "account.signOutOthers": "Cerrar las demás sesiones",
  "account.signedOutOf": "Sesión cerrada: {device}",
  "account.signedOutOthers": "Tus demás sesiones están cerradas.",

  "account.data": "Tus datos",
  "account.exportLead":
    "Todo lo que esta escuela guarda sobre ti, en un archivo: tus cursos, respuestas y notas, lo que escribiste y dibujaste en las clases y quién lo ha consultado. El archivo es JSON, un formato para programas.",
  "account.export": "Preparar el archivo",
  "account.exportOf": "Preparar un archivo con todos los datos de {name}",
  "account.exporting": "Reuniendo los datos…",
  "account.exported": "El archivo está listo.",
  "account.keepFile": "Descargar el archivo ({size})",
  "account.stop": "Parar",

  "account.erasure": "Borrado",
  "account.erasureAsk":
    "Puedes pedir a tu escuela que borre lo que guarda sobre ti. Lo hace su administración: escríbeles. No se puede deshacer.",
  "account.erasureLead": "Como parte de la administración puedes hacer borrar tú todo lo que hay sobre ti. No se puede deshacer.",
  "account.erase": "Borrar todo lo que hay sobre mí",
  "account.eraseSure": "¿Borrar todo lo que hay sobre ti?",
  "account.eraseWarning":
    "Tu cuenta termina al instante, y con ella se borran tu nombre, tu correo y tu contraseña. Lo que escribiste, dibujaste y dijiste en las clases se borra poco después. Nadie puede recuperarlo.",
  "account.eraseStays": "Lo que queda: que alguien sin nombre participó en tus cursos. Si quieres conservar tus datos, prepara antes el archivo.",
  "account.eraseType": "Para confirmar, escribe tu nombre: {name}",
  "account.eraseMismatch": "Ese no es tu nombre tal como consta aquí: {name}",
  "account.erased": "Todo lo que hay sobre ti se está borrando. Tu sesión está cerrada.",

  "consent.title": "Consentimiento de un tutor",
  "consent.waits":
    "Ningún tutor ha dado aún su consentimiento. Hasta entonces ves las clases en vivo sin escribir ni hablar en ellas, con tu nombre de pila y una inicial.",
  "consent.givenToYou": "Un tutor dio su consentimiento el {time}. Participas en todo.",
  "consent.guardians": "Lo decide {names}.",
  "consent.noGuardian": "Tu escuela aún no conoce a ningún tutor tuyo. Di a su administración quién es.",
  "consent.wards": "Por quienes respondes",
  "consent.notNeeded": "No hace falta consentimiento para {name}.",
  "consent.open": "Nadie ha dado aún su consentimiento.",
  "consent.givenByYou": "Diste tu consentimiento el {time}.",
  "consent.givenByOther": "Otro tutor dio su consentimiento el {time}.",
  "consent.withdrawnByYou": "Retiraste el consentimiento el {time}.",
  "consent.withdrawnByOther": "Otro tutor retiró el consentimiento el {time}.",
  "consent.means":
    "Sin consentimiento, {name} ve las clases en vivo sin escribir ni hablar en ellas, con el nombre de pila y una inicial.",
  "consent.give": "Dar consentimiento para {name}",
  "consent.withdraw": "Retirar el consentimiento para {name}",
  "consent.withdrawDo": "Retirar el consentimiento",
  "consent.withdrawSure": "{name} sale de las clases que estén abiertas ahora y puede volver solo a mirar. Puedes dar tu consentimiento de nuevo cuando quieras.",
  "consent.isGiven": "Has dado tu consentimiento para {name}.",
  "consent.isWithdrawn": "El consentimiento para {name} está retirado.",

  "problem.wrong-password": "La contraseña actual no es correcta.",
  "problem.password-weak":
    "Esa contraseña es demasiado fácil de adivinar: muy usada, poco variada o tu propia dirección. Unas cuantas palabras seguidas sirven.",
  "problem.too-many-requests": "Se ha intentado demasiadas veces. Espera un poco y vuelve a intentarlo.",
  "problem.nothing-to-confirm": "Tu dirección ya está confirmada. Vuelve a cargar la página.",
  "problem.export-cut": "Se perdió la conexión antes de que el archivo estuviera completo. Prepáralo otra vez.",
  "problem.last-administrator": "Una escuela necesita a alguien que lo administre, y solo estás tú. Nombra antes a otra persona.",
  "problem.erased-already": "Todo lo que hay sobre esta persona ya se está borrando.",
};
