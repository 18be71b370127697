"""
Frequent words of English and of six other languages in Latin letters, to see which language a short sentence is in.
"""

from __future__ import annotations

_FUNCTION_WORDS = (
    "a about after all also am an and any are as at be because been before being but by can could did do "
    "does don't for from had has have he her here him his how i i'm if in into is it it's its just let's "
    "like me more my no not now of on one or our out over please she should so some than that the their "
    "them then there they this to too two up us very was we were what when where which who why will with "
    "would yes you your "
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Of English."""

_PLAIN = (
    "add bake beautiful big boil book boy breakfast buy call carry cheer child city close cold cook cost country "
    "dance day dear delicious dinner dish eat enjoy family famous food fresh friend fry game girl good great happy "
    "help high home hot hour house laugh learn listen little live look love low lunch make mean meet mix month "
    "morning need new night old open order paint people play please popular read room say school sell serve sing "
    "small smile song speak spicy start stop street study sweet taste team thank thanks thing today tomorrow town "
    "traditional try turn visit wait walk want watch water way wear week woman word work world year yesterday young "
)
PLAIN = frozenset(_PLAIN.split())
"""Easy English words that the other languages do not have."""

_BORROWED = (
    "açaí blasé brûlée bánh café cafés château cliché clichés consommé cortège crème doppelgänger dài débris décor "
    "déjà entrée exposé façade fiancé fiancée flambé fête jalapeño jalapeños macramé matinée mì naïf naïve passé "
    "phở piñata protégé prêt purée pâté rosé résumé résumés rôle sauté sautéed señor señora señorita soufflé touché "
    "tête à áo éclair éclairs élite émigré über "
)
BORROWED = frozenset(_BORROWED.split())
"""Words with an accent that English texts hold."""

_EITHER = (
    "a ai all also am an any as casa come den des die do e era es font has hat he her if in ma man me mes no not o "
    "on one or para plus pour sang sin so son sur to ton up us van war was will y "
)
EITHER = frozenset(_EITHER.split())
"""Words of English and of one of the other languages."""

_SPANISH = (
    "agua ahora ahí al algo alguien allí antes aquí aunque ayer años bien cada como con cuando de debe del desde "
    "después dice dijo donde día días el ella ellas ellos en entre eran esa esas ese eso esos esta estaba estamos "
    "estar estas este esto estos estoy está están fue fueron gente gusta gustan ha había hace hacen hacer hacia "
    "hago han hasta hay hemos hoy ir la las le les lo los luego menos mi mientras mis mucha muchas mucho muchos muy "
    "más nada nadie ni noche nos nosotros nuestra nuestro nunca otra otras otro otros pero poca poco pocos por "
    "porque puede pueden puedo que quiere quieren quiero sabe se según ser si siempre sobre su sus también tampoco "
    "tarde te tenemos tengo tenía tiempo tiene tienen toda todas todo todos tras tu tus tú un una unas unos usted "
    "ustedes va vamos ver vive vivo voy ya yo él "
)
_FRENCH = (
    "aller allons après assez au aussi autre autres aux avait avant avec avez avoir avons beaucoup ce cela ces cet "
    "cette chaque chez comme contre dans demain depuis dit dois doit donc dont du déjà eau elle elles encore "
    "enfants ensuite est et faire fait femme gens hier homme ici il ils jamais je jour jours leur leurs lui mais "
    "maison matin mon ne notre nous nuit ont ou où parce pas pendant personne peu peut peuvent peux puis quand "
    "quelque quelques qui quoi rien sa sait sans ses soir sommes sont sous souvent suis ta temps tes toujours tous "
    "tout toute toutes trop très une vais vers veulent veut veux vient voir vont vos votre vous étaient était été "
    "êtes être "
)
_GERMAN = (
    "aber alle alles als auch auf aus bei beim bin bis bist bitte dann das dass dein deine dem denn der dich diese "
    "diesen dieser dieses dir dort du durch ein eine einem einen einer eines er etwas euch für gegen gehen geht "
    "gern gerne gestern gibt habe haben hast hatte hatten heute hier hinter ich ihm ihn ihr ihre ihrem ihren ihrer "
    "im immer ins ist jede jeden jeder jedes jetzt kann kannst kein keine keinen kommen kommt konnte können langsam "
    "leider machen macht mehr mein meine meinem meinen meiner mich mir mit morgen muss möchte möchten müssen nach "
    "neben nicht nichts nie noch nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind "
    "soll um und uns unser unsere unseren unter viel viele vom von vor waren warum weil wenn wer werden wie wieder "
    "wir wird wo wollen wurde zu zum zur zwischen über "
)
_INDONESIAN = (
    "ada adalah adik akan aku anak anda antara apa apakah atas atau ayah bagaimana baik banyak bapak baru bawah "
    "beberapa belum berapa besar besok bisa boleh bukan dalam dan dapat dari dengan di dia dua hanya hari harus "
    "hingga ia ibu ingin ini itu jangan jika juga kakak kalau kami kamu kapan karena ke kecil kemarin ketika kita "
    "lagi lebih makan malam mana masih mau mengapa menjadi mereka minggu minum nanti nya oleh orang pada pagi "
    "paling pergi pernah pulang rumah saat saja sambil sampai sangat satu saya sebuah sedang sekali sekarang selalu "
    "semua seorang seperti sering setiap siang siapa sore sudah suka tahun tanpa tapi telah teman terlalu tetapi "
    "tidak tidur tiga tolong untuk yang "
)
_PORTUGUESE = (
    "agora alguém ali amanhã anos ao aos aquela aquele aqui até bem com da depois deve dias disse diz dos ela elas "
    "ele eles em eram essa esse estava estou estão eu faz fazer fez foi foram gosta gosto hoje isso isto já lhe lá "
    "mas meu meus minha minhas mora muita muitas muito muitos na nas nem ninguém noite nossa nosso num numa nós "
    "onde ontem os outra outras outro outros pela pelas pelo pelos pode podem pouca pouco quando quer quero sem "
    "sempre seu seus sua suas são também tem tempo tenho tinha têm uma umas vai você vocês vou vão à às água é "
)
_VIETNAMESE = "anh cha cho có của khi là nam nghe ra thanh trong trên tôi và xem đi "
GERMAN = frozenset((_GERMAN + "am das den des die es hat man war").split())
"""German sentences have a capital letter behind their first word."""
FOREIGN = frozenset((_SPANISH + _FRENCH + _GERMAN + _INDONESIAN + _PORTUGUESE + _VIETNAMESE).split())
"""Frequent words of Spanish, French, German, Indonesian, Portuguese and Vietnamese that English does not have."""

_PARTICLES = "al da das de del di do dos du el la las le les los van von y"
PARTICLES = frozenset(_PARTICLES.split())
"""Parts of names (Charles de Gaulle) when a capital letter follows."""
