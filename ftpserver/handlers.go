package ftpserver

import "github.com/seed-6092453b/ferry/ftp"

// handlers has the handler of each command. A command of the table that is not
// here is answered 502; unhandled in the tests says why.
var handlers map[string]handler

func init() { // not a literal: HELP reads the map
	handlers = map[string]handler{
		"USER": (*session).cmdUser,
		"PASS": (*session).cmdPass,
		"ACCT": (*session).cmdAcct,
		"HOST": (*session).cmdHost,
		"REIN": (*session).cmdRein,
		"QUIT": (*session).cmdQuit,

		"AUTH": (*session).cmdAuth,
		"ADAT": (*session).cmdAdat,
		"PBSZ": (*session).cmdPbsz,
		"PROT": (*session).cmdProt,
		"CCC":  (*session).cmdCcc,
		"MIC":  (*session).enveloped,
		"CONF": (*session).enveloped,
		"ENC":  (*session).enveloped,
		"SSCN": (*session).cmdSscn,

		"LANG": (*session).cmdLang,
		"CLNT": (*session).cmdClnt,
		"CSID": (*session).cmdCsid,

		"SMNT": (*session).cmdSmnt,
		"CWD":  (*session).cmdCwd,
		"XCWD": (*session).cmdCwd,
		"CDUP": (*session).cmdCdup,
		"XCUP": (*session).cmdCdup,
		"PWD":  (*session).cmdPwd,
		"XPWD": (*session).cmdPwd,
		"MKD":  (*session).cmdMkd,
		"XMKD": (*session).cmdMkd,
		"RMD":  (*session).cmdRmd,
		"XRMD": (*session).cmdRmd,
		"DELE": (*session).cmdDele,
		"RNFR": (*session).cmdRnfr,
		"RNTO": (*session).cmdRnto,

		"TYPE": (*session).cmdType,
		"STRU": (*session).cmdStru,
		"MODE": (*session).cmdMode,
		"PASV": (*session).cmdPasv,
		"EPSV": (*session).cmdEpsv,
		"PORT": (*session).cmdPort,
		"EPRT": (*session).cmdEprt,
		"LPSV": (*session).cmdLpsv,
		"LPRT": (*session).cmdLprt,
		"SPSV": (*session).cmdSpsv,
		"CPSV": (*session).cmdCpsv,
		"PRET": (*session).cmdPret,

		"RETR": (*session).cmdRetr,
		"STOR": (*session).cmdStor,
		"APPE": (*session).cmdAppe,
		"STOU": (*session).cmdStou,
		"ALLO": (*session).cmdAllo,
		"REST": (*session).cmdRest,
		"ABOR": (*session).cmdAbor,

		"LIST": (*session).cmdList,
		"NLST": (*session).cmdNlst,
		"MLSD": (*session).cmdMlsd,
		"MLST": (*session).cmdMlst,
		"STAT": (*session).cmdStat,
		"SIZE": (*session).cmdSize,
		"MDTM": (*session).cmdMdtm,
		"MFMT": (*session).cmdMfmt,
		"MFCT": (*session).cmdMfct,
		"MFF":  (*session).cmdMff,
		"DSIZ": (*session).cmdDsiz,
		"AVBL": (*session).cmdAvbl,

		"XQUOTA": (*session).cmdXquota,

		"HASH":    (*session).cmdHash,
		"XCRC":    xDigest("XCRC", "CRC32"),
		"XMD5":    xDigest("XMD5", "MD5"),
		"XSHA":    xDigest("XSHA", "SHA-1"),
		"XSHA1":   xDigest("XSHA1", "SHA-1"),
		"XSHA256": xDigest("XSHA256", "SHA-256"),
		"XSHA512": xDigest("XSHA512", "SHA-512"),
		"MD5":     (*session).cmdMD5,
		"MMD5":    (*session).cmdMMD5,
		"RANG":    (*session).cmdRang,

		"THMB": (*session).cmdThmb,
		"COMB": (*session).cmdComb,
		"CPFR": cpfr("CPFR"),
		"CPTO": cpto("CPTO"),
		"RMDA": rmda("RMDA", ftp.CodeActionDone),

		"SYST": (*session).cmdSyst,
		"HELP": (*session).cmdHelp,
		"FEAT": (*session).cmdFeat,
		"OPTS": (*session).cmdOpts,
		"NOOP": (*session).cmdNoop,
		"SITE": (*session).cmdSite,
	}
}
