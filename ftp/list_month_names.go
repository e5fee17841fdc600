package ftp

// listMonthNames is the names and abbreviations of the months that servers are
// seen to write, in lower case: English, German, French, Spanish, Italian,
// Portuguese, Dutch, the Nordic languages, Polish, Czech, Slovak, Hungarian,
// Romanian, Turkish, Russian and Ukrainian. Where two languages disagree the
// first in this order wins: Polish and Czech over Croatian, whose "lis" is
// October.
var listMonthNames = [12]string{
	"january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuu tammi tam " +
		"styczeń stycznia sty stycz leden ledna led január ianuarie ian ocak oca " +
		"январь января янв січень січня січ",
	"february feb februar feber février févr fév fevrier fev febrero febbraio fevereiro februari helmikuu helmi hel " +
		"luty lutego lut luty únor února úno február febr februarie şubat şub " +
		"февраль февраля фев февр лютий лютого лют",
	"march mar märz mär mrz maerz mars marzo março maart mrt maaliskuu maalis maa " +
		"marzec marca marz březen března bře marec március márc már martie mart " +
		"март марта мар мрт березень березня бер",
	"april apr avril avr abril abr aprile huhtikuu huhti huh " +
		"kwiecień kwietnia kwi kwie duben dubna dub apríl április ápr aprilie nisan nis " +
		"апрель апреля апр квітень квітня кві квіт",
	"may mai mayo maggio mag maio mei maj toukokuu touko tou " +
		"maja květen května kvě máj május mayıs " +
		"май мая трав травень травня тра",
	"june jun juni juin junio giugno giu junho kesäkuu kesä kes " +
		"czerwiec czerwca cze czerw červen června čer čvn jún június iunie iun haziran haz " +
		"июнь июня июн червень червня чер черв",
	"july jul juli juillet juil jui julio luglio lug julho heinäkuu heinä hei " +
		"lipiec lipca lip červenec července čvc júl július iulie iul temmuz tem " +
		"июль июля июл липень липня лип",
	"august aug août aout aoû agosto ago augustus augusti elokuu elo " +
		"sierpień sierpnia sie sierp srpen srpna srp augusztus ağustos ağu " +
		"август августа авг серпень серпня сер серп",
	"september sep sept septembre septiembre settembre set setembro syyskuu syys syy " +
		"wrzesień września wrz wrzes září zář szeptember szept sze septembrie eylül eyl " +
		"сентябрь сентября сен сент вересень вересня вер верес",
	"october oct oktober okt octobre octubre ottobre ott outubro out lokakuu loka lok " +
		"październik października paź paźdz říjen října říj október octombrie ekim eki " +
		"октябрь октября окт жовтень жовтня жов жовт",
	"november nov novembre noviembre novembro marraskuu marras " +
		"listopad listopada lis november noiembrie noi kasım kas " +
		"ноябрь ноября ноя нояб листопад листопада лис",
	"december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des joulukuu joulu jou " +
		"grudzień grudnia gru grudz prosinec prosince pro decembrie aralık ara " +
		"декабрь декабря дек грудень грудня гру груд",
}

// listTotalWords is what stands before the number in the first line of a Unix
// listing.
var listTotalWords = " total totale totaal gesamt insgesamt итого всего усього razem suma celkem spolu összesen yhteensä totalt " +
	"toplam ukupno 合計 总用量 总计 總計 總用量 합계 총 "
