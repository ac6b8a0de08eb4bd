import { ConnectorError, ConnectorErrorCodes } from '@logto/connector-kit';

import { type Failure } from './failure.js';
import { pickText, type Texts } from './language.js';

/**
 * What a visitor reads when a code could not be sent: `number` if another phone number may help, `neutral` otherwise.
 * The languages are those of Logto's sign-in page and of SMSAero's market, addressed as formally as that page does.
 * `en` repeats `default`, so that a reader of English and German gets English.
 */
export const visitorSentences: Record<'neutral' | 'number', Texts> = {
  neutral: {
    default: 'The message could not be sent. Please try again later.',
    en: 'The message could not be sent. Please try again later.',
    ar: 'تعذّر إرسال الرسالة. يُرجى المحاولة مرة أخرى لاحقًا.',
    az: 'Mesajı göndərmək mümkün olmadı. Daha sonra yenidən cəhd edin.',
    be: 'Не ўдалося адправіць паведамленне. Паспрабуйце яшчэ раз пазней.',
    cs: 'Zprávu se nepodařilo odeslat. Zkus to prosím později.',
    de: 'Die Nachricht konnte nicht gesendet werden. Bitte später erneut versuchen.',
    es: 'No se pudo enviar el mensaje. Inténtalo de nuevo más tarde.',
    fa: 'پیام ارسال نشد. لطفاً بعداً دوباره تلاش کنید.',
    fr: 'Le message n’a pas pu être envoyé. Veuillez réessayer plus tard.',
    hy: 'Չհաջողվեց ուղարկել հաղորդագրությունը։ Խնդրում ենք փորձել ավելի ուշ։',
    it: 'Impossibile inviare il messaggio. Riprova più tardi.',
    ja: 'メッセージを送信できませんでした。しばらくしてからもう一度お試しください。',
    ka: 'შეტყობინების გაგზავნა ვერ მოხერხდა. გთხოვთ, სცადოთ მოგვიანებით.',
    kk: 'Хабарламаны жіберу мүмкін болмады. Кейінірек қайталап көріңіз.',
    ko: '메시지를 보내지 못했습니다. 잠시 후 다시 시도해 주세요.',
    ky: 'Билдирүүнү жөнөтүү мүмкүн болбоду. Кийинчерээк кайра аракет кылыңыз.',
    pl: 'Nie udało się wysłać wiadomości. Spróbuj ponownie później.',
    pt: 'Não foi possível enviar a mensagem. Tente novamente mais tarde.',
    'pt-BR': 'Não foi possível enviar a mensagem. Tente novamente mais tarde.',
    ro: 'Mesajul nu a putut fi trimis. Încercați din nou mai târziu.',
    ru: 'Не удалось отправить сообщение. Попробуйте позже.',
    tg: 'Паём фиристода нашуд. Лутфан, баъдтар аз нав кӯшиш кунед.',
    th: 'ส่งข้อความไม่สำเร็จ โปรดลองอีกครั้งในภายหลัง',
    tk: 'Habary iberip bolmady. Soňrak gaýtadan synanyşyp görüň.',
    tr: 'Mesaj gönderilemedi. Lütfen daha sonra tekrar deneyin.',
    uk: 'Не вдалося надіслати повідомлення. Спробуйте ще раз пізніше.',
    uz: 'Xabarni yuborib boʻlmadi. Keyinroq qayta urinib koʻring.',
    zh: '短信发送失败，请稍后重试。',
    'zh-HK': '未能發送短訊，請稍後再試。',
    'zh-TW': '簡訊傳送失敗，請稍後再試。',
  },
  number: {
    default: 'This phone number can’t receive codes. Check it or use another one.',
    en: 'This phone number can’t receive codes. Check it or use another one.',
    ar: 'لا يمكن إرسال الرمز إلى رقم الهاتف هذا. يُرجى التحقق من الرقم أو استخدام رقم آخر.',
    az: 'Bu telefon nömrəsinə kod göndərmək mümkün deyil. Nömrəni yoxlayın və ya başqasını daxil edin.',
    be: 'На гэты нумар тэлефона немагчыма адправіць код. Праверце нумар або ўкажыце іншы.',
    cs: 'Na toto telefonní číslo nelze poslat kód. Zkontroluj číslo nebo použij jiné.',
    de: 'An diese Telefonnummer können keine Codes gesendet werden. Bitte Nummer prüfen oder eine andere verwenden.',
    es: 'Este número de teléfono no puede recibir códigos. Revísalo o usa otro.',
    fa: 'امکان ارسال کد به این شماره تلفن وجود ندارد. شماره را بررسی کنید یا شماره دیگری وارد کنید.',
    fr: 'Ce numéro de téléphone ne peut pas recevoir de code. Vérifiez-le ou utilisez-en un autre.',
    hy: 'Այս հեռախոսահամարին հնարավոր չէ կոդ ուղարկել։ Ստուգեք համարը կամ մուտքագրեք այլ համար։',
    it: 'Questo numero di telefono non può ricevere codici. Controllalo o usane un altro.',
    ja: 'この電話番号では認証コードを受け取れません。番号を確認するか、別の番号をお使いください。',
    ka: 'ტელეფონის ამ ნომერზე კოდის გაგზავნა შეუძლებელია. შეამოწმეთ ნომერი ან გამოიყენეთ სხვა.',
    kk: 'Бұл телефон нөміріне код жіберу мүмкін емес. Нөмірді тексеріңіз немесе басқасын енгізіңіз.',
    ko: '이 전화번호로는 인증 코드를 받을 수 없습니다. 번호를 확인하거나 다른 번호를 사용해 주세요.',
    ky: 'Бул телефон номерине код жөнөтүү мүмкүн эмес. Номерди текшериңиз же башкасын киргизиңиз.',
    pl: 'Na ten numer telefonu nie można wysłać kodu. Sprawdź numer lub podaj inny.',
    pt: 'Este número de telefone não pode receber códigos. Verifique-o ou utilize outro.',
    'pt-BR': 'Este número de telefone não pode receber códigos. Confira o número ou use outro.',
    ro: 'Nu se pot trimite coduri la acest număr de telefon. Verificați numărul sau folosiți altul.',
    ru: 'На этот номер телефона нельзя отправить код. Проверьте номер или укажите другой.',
    tg: 'Ба ин рақами телефон рамзи тасдиқ фиристодан мумкин нест. Рақамро санҷед ё рақами дигар ворид кунед.',
    th: 'หมายเลขโทรศัพท์นี้รับรหัสไม่ได้ โปรดตรวจสอบหรือใช้หมายเลขอื่น',
    tk: 'Bu telefon belgisine kod iberip bolmaýar. Belgini barlaň ýa-da başgasyny ulanyň.',
    tr: 'Bu telefon numarasına kod gönderilemiyor. Numarayı kontrol edin veya başka bir numara kullanın.',
    uk: 'На цей номер телефону неможливо надіслати код. Перевірте номер або вкажіть інший.',
    uz: 'Bu telefon raqamiga kod yuborib boʻlmaydi. Raqamni tekshiring yoki boshqasini kiriting.',
    zh: '此手机号无法接收验证码，请核对号码或换用其他手机号。',
    'zh-HK': '此手機號碼無法接收驗證碼，請核對號碼或使用其他號碼。',
    'zh-TW': '此手機號碼無法接收驗證碼，請檢查號碼或改用其他號碼。',
  },
};

/** The codes for which Logto has a sentence of its own on the sign-in page. */
const codes: Partial<Record<Failure['kind'], ConnectorErrorCodes>> = {
  // Undefined in kits before 5.1.1. With it, Logto offers the password page.
  funds: ConnectorErrorCodes.UsageLimitExceeded,
  'rate-limit': ConnectorErrorCodes.RateLimitExceeded,
};

/**
 * The `ConnectorError` that a visitor reads: one of two sentences in the payload's language. It says nothing of the
 * cause, because its `data` reaches the browser of anybody who asks for a code.
 */
export const toVisitorError = (
  { kind }: Failure,
  payload: Parameters<typeof pickText>[1]
): ConnectorError =>
  new ConnectorError(codes[kind] ?? ConnectorErrorCodes.General, {
    errorDescription: pickText(visitorSentences[kind === 'number' ? 'number' : 'neutral'], payload),
  });
