// @ts-check
// How chats in several languages say to whom something was written, and what is no message at all.
// `scripts/bridge-chat` has the same lists; `tests/js/chats.json` holds both to the same answers.

/** Those to whom everyone's messages go. Whoever else is named, the message is private. */
export const EVERYONE = new Set(`
everyone|everyone in meeting|everyone in the meeting|all|all participants|all attendees|panelists and attendees
all panelists and attendees|entire audience|all - entire audience
alle|an alle|jeder|jeden|alle teilnehmer|alle teilnehmenden|alle im meeting|alle diskussionsteilnehmer und teilnehmer
tout le monde|tous|toutes et tous|tous les participants
todos|todas|todo el mundo|todos los participantes|todas las personas|todos os participantes|todas as pessoas
tutti|tutti i partecipanti|iedereen|alle deelnemers|alla|kaikki|wszyscy|wszystkich|všichni|všem|herkes
все|всем|всех|mọi người|semua orang
全員|全員宛|皆様|皆さん|みんな|すべての参加者|所有人|大家|每个人|每個人|모두|전체|الجميع
`.trim().split(/[|\n]/));

/** In brackets after a name: for one person's eyes. */
export const PRIVATELY = /privat|privé|direct|direkt|diret|^dm$|confiden|vertraulich|whisper|ダイレクト|プライベート|直接|個人|非公開|私聊|私信|私人|다이렉트|비공개|личн|приват|bezpośred|prywat/iu;

/** "From X to Y" in other languages: the word before the author, the words before whoever it was written to. */
export const FROM_TO = [
  ["von", "an"], ["de", "à"], ["de", "a|para"], ["da", "a"], ["van", "naar|aan"], ["od", "do"], ["från", "till"], ["fra", "til"],
  ["от", "кому|для"], ["dari", "ke"], ["từ", "đến|tới"],
];
/** The same where no blanks stand between words; the first word may be missing. */
export const FROM_TO_CLOSE = [
  ["開始|送信元|差出人", "から|宛先|宛て"], ["来自|從|从|來自", "发送至|发送到|發送至|到|至"], ["시작|보낸 사람|발신자", "수신자|받는 사람"],
];

const quote = String.raw`["“„«‹「『'‘]`;
/** What was done to a message is none itself. */
export const REACTION = new RegExp([
  String.raw`^(?:reacted to|hat auf|reagierte auf|a réagi à|reaccionó a|ha reaccionado a|reagiu a|ha reagito a|reageerde op|reagerade på|отреагировал[аи]? на) ?${quote}`,
  String.raw`^${quote}.*(?:リアクションしました|に反応しました|做出了?回应|作出回應|반응했습니다)`,
].join("|"), "iu");
export const TAKEN_BACK = new RegExp([
  String.raw`^(?:removed|entfernte|a supprimé|a retiré|eliminó|quitó|se eliminó|ha eliminado|ha rimosso|removeu|verwijderde|удалил[аи]?)\b.{0,40}(?:reaction|reaktion|réaction|reacción|reazione|reação|reactie|реакцию).*${quote}`,
  String.raw`^hat .{0,40}reaktion .*${quote}.* entfernt`,
  String.raw`^.{0,12}-?reaktion (?:von|auf|zu) ${quote}.* (?:entfernt|gelöscht)`,
  String.raw`^${quote}.*リアクションを(?:削除|取り消)`,
  String.raw`^[\[(]?(?:this )?message (?:was |has been )?(?:deleted|removed|retracted)`,
  String.raw`^(?:diese nachricht wurde (?:gelöscht|entfernt)|ce message a été supprimé|(?:se eliminó este mensaje|este mensaje (?:fue|ha sido) eliminado)|questo messaggio è stato eliminato|esta mensagem foi (?:excluída|apagada)|このメッセージは削除されました|メッセージを削除しました|此消息已(?:被)?(?:删除|撤回)|메시지가 삭제되었습니다|сообщение удалено)`,
].join("|"), "iu");
export const FILE = new RegExp([
  String.raw`^[\[(]?(?:sent|shared|uploaded) (?:a|an|the) (?:file|image|screenshot|photo)`,
  String.raw`^\[?(?:file|datei|fichier|archivo|ファイル|文件|파일)\]?(?: (?:transfer|sent|gesendet|envoyé|enviado))?\s*[:：]?\s*\S+\.\w{2,5}$`,
  String.raw`^(?:hat eine datei (?:gesendet|geteilt)|a envoyé un fichier|envió un archivo|ha enviado un archivo|ha inviato un file|ファイルを送信しました)`,
].join("|"), "iu");
export const REPLY = new RegExp(String.raw`^(?:replying to|in reply to|antwort(?:et)?(?:en)? auf|en réponse à|répond(?:re)? à|respondiendo a|en respuesta a|responder a|respondendo a|in risposta a|als antwoord op|返信先|回复|回覆|답장)\s*[:：]?\s*(?=${quote})`, "iu");
/** After words that were mended later. */
export const EDITED = / ?[(（](?:edited|bearbeitet|modifié|editado|modificato|bewerkt|編集済み|已编辑|已編輯|편집됨)[)）]$/iu;
