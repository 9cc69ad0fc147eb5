package app

import "testing"

// BenchmarkHash is what one sign-in costs beside its transaction.
func BenchmarkHash(b *testing.B) {
	var h hasher
	for b.Loop() {
		if _, err := h.hash(b.Context(), good); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkActorOf is what each request costs before it does anything.
func BenchmarkActorOf(b *testing.B) {
	a := newApp(b)
	a.hasher.cost = cheap
	token, err := a.SetUpToken(b.Context(), operator)
	if err == nil {
		_, err = a.SetUp(b.Context(), token, FirstPerson{Email: adminEmail, Name: "Ann", Password: good})
	}
	if err != nil {
		b.Fatal(err)
	}
	begun, err := a.SignIn(b.Context(), Credentials{Email: adminEmail, Password: good, From: here})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := a.ActorOf(b.Context(), begun.Token); err != nil {
			b.Fatal(err)
		}
	}
}
