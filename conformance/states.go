package conformance

// StateInfo describes a state to whoever has to set up a server in it.
type StateInfo struct {
	State State
	About string // what the server is like; and what else there has to be
	Items string // those that need it
}

// States returns the states that there are beside Main.
func States() []StateInfo { return states }

var states = []StateInfo{
	{Down, "takes connections, but is out of service", "CON-02"},
	{Plain, "knows no TLS", "TLS-06"},
	{Bare, "has no extensions at all, so that FEAT lists nothing", "FEA-04"},
	{ImplicitTLS, "has TLS from the first octet (ftps://)", "TLS-39, TLS-40"},
	{NeedTLS, "takes no login in the clear", "TLS-31"},
	{NeedPrivate, "takes no data connection in the clear", "TLS-20, TLS-21"},
	{NeedReuse, "takes no data connection whose TLS session is not that of the control connection", "TLS-26"},
	{Full, "has no room for a file of 1 MiB of this user, but for a folder", "TRF-17"},
	{ReadOnly, "lets this user not write", "TRF-10"},
	{NeedAccount, "wants an account of this user (ACCT), which is given as for other commands", "LOG-17"},
	{Anonymous, "takes anonymous", "LOG-12 to LOG-14"},
	{Spaces, "has a user whose password begins and ends with a space, and has one within", "LOG-11"},
	{FXP, "takes part in transfers between two servers", "DCO-39"},
	{FXP2, "is the other one of these", "DCO-39"},
	{IPv6, "is reached by IPv6", "DCO-21, DCO-30, DCO-35"},
	{Large, "has the file of --large-file, if it is not on the main one", "TRF-66"},
	{Linked, "has the link of --outside, if it is not on the main one", "DIR-29"},
}
