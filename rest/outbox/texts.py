"""The messages, in the languages of the browser client."""

from collections.abc import Mapping

VERIFY, SET_PASSWORD, WELCOME, INVITED = "verify-email", "set-password", "welcome", "invited"

_TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        VERIFY: ("Confirm your e-mail address", "Open this page to confirm that this address is yours:\n{link}"),
        SET_PASSWORD: (
            "A new password",
            "Somebody, hopefully you, asked for a new password. Open this page within an hour to choose one:\n{link}\n"
            "If it was not you, nothing needs to be done.",
        ),
        WELCOME: ("Welcome to {institution}", "{institution} has made you a place. Choose a password here:\n{link}"),
        INVITED: ("You are invited to {course}", "Open this page to take part in {course}:\n{link}"),
    },
    "es": {
        VERIFY: ("Confirma tu correo", "Abre esta página para confirmar que esta dirección es tuya:\n{link}"),
        SET_PASSWORD: (
            "Una contraseña nueva",
            "Alguien, esperamos que tú, pidió una contraseña nueva. Abre esta página en menos de una hora:\n{link}\n"
            "Si no fuiste tú, no hay que hacer nada.",
        ),
        WELCOME: ("Te damos la bienvenida a {institution}", "{institution} te espera. Elige una contraseña:\n{link}"),
        INVITED: ("Tienes una invitación a {course}", "Abre esta página para participar en {course}:\n{link}"),
    },
    "ar": {
        VERIFY: ("تأكيد بريدك الإلكتروني", "افتح هذه الصفحة لتأكيد أن هذا العنوان لك:\n{link}"),
        SET_PASSWORD: (
            "كلمة مرور جديدة",
            "طُلبت كلمة مرور جديدة لحسابك. افتح هذه الصفحة خلال ساعة لاختيارها:\n{link}\nإن لم تطلبها أنت فلا يلزم شيء.",
        ),
        WELCOME: ("مرحبًا بك في {institution}", "لك مكان في {institution}. اختر كلمة مرور هنا:\n{link}"),
        INVITED: ("دعوة إلى {course}", "افتح هذه الصفحة للمشاركة في {course}:\n{link}"),
    },
}


def words(kind: str, locale: str | None, **values: str) -> tuple[str, str]:
    """Subject and text of a message in the language of ``locale``, English where there is none."""
    language = (locale or "en").partition("-")[0]
    subject, text = _TEXTS.get(language, _TEXTS["en"])[kind]
    return subject.format(**values), text.format(**values)
